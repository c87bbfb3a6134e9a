import { t } from "@lingui/core/macro";
import { Kbd, Modal, Table } from "@mantine/core";
import { Fragment } from "react";
import classes from "./Palette.module.css";
import { shortcuts } from "./places";

/** The keys that there are. */
export default function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={t`Keys`} size="lg">
      <Table verticalSpacing={6} fz="sm">
        <Table.Tbody>
          {shortcuts().map(({ keys, does }) => (
            <Table.Tr key={keys.join(" ")}>
              <Table.Td className={classes.keys}>
                {keys.map((key, place) => (
                  <Fragment key={key}>
                    {place > 0 && (keys[0] === "G" ? ` ${t`then`} ` : " + ")}
                    <Kbd size="sm">{key}</Kbd>
                  </Fragment>
                ))}
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
