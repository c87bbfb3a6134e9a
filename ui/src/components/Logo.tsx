import { Group, Text } from "@mantine/core";
import icon from "../icon.svg";

export function Logo() {
  return (
    <Group gap={8} wrap="nowrap">
      <img src={icon} width={26} height={26} alt="" />
      <Text fw={700} size="lg" lh={1} style={{ letterSpacing: "-0.02em" }}>
        claribi
      </Text>
    </Group>
  );
}
