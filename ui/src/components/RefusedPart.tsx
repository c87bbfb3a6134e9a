import { Input } from "@mantine/core";
import { refusalOfPart } from "./form";

interface Props {
  error: unknown;
  list: string;
  place: number;
}

/** What the server refused a part of a list for, where that part stands. */
export function RefusedPart({ error, list, place }: Props) {
  const said = refusalOfPart(error, list, place);
  return said && <Input.Error role="alert">{said}</Input.Error>;
}
