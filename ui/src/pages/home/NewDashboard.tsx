import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Modal, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { LayoutDashboard } from "lucide-react";
import { useLocation } from "wouter";
import { useNewDashboard } from "../../api/dashboards";
import { useMay } from "../../api/session";
import { refusal, submitted } from "../../components/form";
import { Problem } from "../../components/Problem";

/** The button that begins an empty dashboard, and the form behind it. */
export function NewDashboard() {
  const [opened, { open, close }] = useDisclosure();
  const may = useMay();
  if (!may("dashboards:create")) return null;
  return (
    <>
      <Button variant="default" leftSection={<LayoutDashboard size={16} />} onClick={open}>
        <Trans>New dashboard</Trans>
      </Button>
      <Modal opened={opened} onClose={close} title={t`New dashboard`} centered>
        <Form />
      </Modal>
    </>
  );
}

function Form() {
  const [, navigate] = useLocation();
  const make = useNewDashboard();
  const submit = (name: string) =>
    make.mutate({ name: name.trim() }, { onSuccess: ({ id }) => navigate(`/dashboards/${id}?edit`) });
  return (
    <form onSubmit={submitted((filled) => submit(filled("name")))}>
      <Stack>
        {make.error && <Problem error={make.error} fields={["name"]} />}
        <TextInput
          name="name"
          label={t`Name`}
          placeholder={t`Sales at a glance`}
          description={t`It begins empty; then you add widgets.`}
          maxLength={300}
          pattern=".*\S.*"
          title={t`A name`}
          autoComplete="off"
          required
          withAsterisk={false}
          error={refusal(make.error, "name")}
          data-autofocus
        />
        <Button type="submit" loading={make.isPending}>
          <Trans>Create</Trans>
        </Button>
      </Stack>
    </form>
  );
}
