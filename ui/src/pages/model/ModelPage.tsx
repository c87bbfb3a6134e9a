import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Menu, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronDown, Download, MessageCircleQuestion } from "lucide-react";
import { Link, useLocation } from "wouter";
import { deleteModel, exportAddress, readModel } from "../../api/models";
import { useMay } from "../../api/session";
import { ConfirmButton } from "../../components/ConfirmButton";
import { Heading } from "../../components/Heading";
import { PageProblem } from "../../components/PageProblem";
import { NewForecast } from "../forecast/NewForecast";
import { ModelEditor } from "./ModelEditor";

export default function ModelPage({ id }: { id: number }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["model-version", id],
    queryFn: () => readModel(id),
    gcTime: 0,
    // What is edited must not change under somebody's hands; saving finds out whether it has.
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const may = useMay();
  if (error && !data) return <PageProblem error={error} retry={refetch} />;
  if (!data) return <Skeleton h={400} aria-busy />;
  return (
    <>
      <Heading title={data.value.name} note={data.value.description || t`Semantic model`}>
        {may("data_sources:delete") && <Delete id={id} name={data.value.name} />}
        <Export id={id} />
        {may("analysis:run") && (
          <Button
            component={Link}
            href={`/ask?model=${id}`}
            variant="default"
            leftSection={<MessageCircleQuestion size={16} />}
          >
            <Trans>Ask</Trans>
          </Button>
        )}
        <NewForecast model={id} />
      </Heading>
      <ModelEditor id={id} first={data} />
    </>
  );
}

function Delete({ id, name }: { id: number; name: string }) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  async function remove() {
    await deleteModel(id);
    navigate("/");
    await Promise.all(["models", "subjects"].map((key) => client.invalidateQueries({ queryKey: [key] })));
  }
  return (
    <ConfirmButton
      label={t`Delete`}
      question={t`The model “${name}” goes, for good. Widgets that ask it keep their last answer.`}
      onConfirm={remove}
    />
  );
}

function Export({ id }: { id: number }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<Download size={16} />}
          rightSection={<ChevronDown size={14} />}
        >
          <Trans>Export</Trans>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={exportAddress(id, "claribi")} download={`model-${id}.yaml`}>
          YAML
        </Menu.Item>
        <Menu.Item component="a" href={exportAddress(id, "ossie")} download={`model-${id}.ossie.yaml`}>
          Apache Ossie
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
