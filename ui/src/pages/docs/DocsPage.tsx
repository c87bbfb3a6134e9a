import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Container, Loader, TextInput } from "@mantine/core";
import { useDebouncedValue, useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useState } from "react";
import { errorOf } from "../../api/errors";
import { Problem } from "../../components/Problem";
import classes from "./DocsPage.module.css";
import { Group } from "./Group";
import { Header } from "./Header";
import { Introduction } from "./Introduction";
import { byTag, type Endpoint, type Specification } from "./openapi";
import { SpecificationContext } from "./SpecificationContext";

async function specification(): Promise<Specification> {
  const response = await fetch("/api/v1/openapi.json");
  if (!response.ok) throw errorOf(response.status, await response.json().catch(() => null), response.headers);
  return response.json();
}

/** Every endpoint of the API, from its own specification, to read and to try. */
export default function DocsPage() {
  useDocumentTitle("API · claribi");
  const { data, error, refetch } = useQuery({ queryKey: ["openapi"], queryFn: specification });
  const [key, setKey] = useState("");
  return (
    <>
      <Header />
      <Container size="xl" py="lg" component="main">
        {error && <Problem error={error} retry={refetch} />}
        {!data && !error && <Loader type="dots" aria-label={t`Loading`} />}
        {data && (
          <SpecificationContext value={{ specification: data, key }}>
            <Introduction info={data.info} apiKey={key} onKey={setKey} />
            <Endpoints specification={data} />
          </SpecificationContext>
        )}
      </Container>
    </>
  );
}

function Endpoints({ specification }: { specification: Specification }) {
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search.trim().toLowerCase(), 150);
  const groups = byTag(specification)
    .map(([tag, endpoints]) => [tag, endpoints.filter((one) => fits(one, settled))] as const)
    .filter(([, endpoints]) => endpoints.length > 0);
  return (
    <>
      <TextInput
        className={classes.search}
        type="search"
        placeholder={t`Search the endpoints`}
        aria-label={t`Search the endpoints`}
        leftSection={<Search size={16} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {groups.map(([tag, endpoints]) => (
        <Group key={tag} tag={tag} endpoints={endpoints} />
      ))}
      {groups.length === 0 && (
        <p>
          <Trans>No endpoint fits this search.</Trans>
        </p>
      )}
    </>
  );
}

const fits = ({ method, path, summary, description }: Endpoint, search: string) =>
  `${method} ${path} ${summary} ${description}`.toLowerCase().includes(search);
