import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { api, take } from "../../api/client";
import { begin, hasRunOut } from "../../api/session";
import { ColorScheme } from "../../components/ColorScheme";
import { Logo } from "../../components/Logo";
import { Problem } from "../../components/Problem";
import classes from "./SignInPage.module.css";

export function SignInPage() {
  useDocumentTitle("Sign in · claribi");
  const signIn = useMutation({
    mutationFn: (body: { email: string; password: string }) => take(api.POST("/api/v1/auth/login", { body })),
    onSuccess: begin,
  });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ email: String(form.get("email")), password: String(form.get("password")) });
  }

  return (
    <Center mih="100dvh" p="md" component="main">
      <div className={classes.scheme}>
        <ColorScheme />
      </div>
      <Paper p={{ base: "lg", xs: "xl" }} w="100%" maw={400} shadow="sm">
        <form onSubmit={submit}>
          <Stack>
            <Logo />
            <div>
              <Title order={1} size="h3">
                Sign in
              </Title>
              <Text c="dimmed" size="sm">
                Dashboards and reports whose every number can be proven.
              </Text>
            </div>
            {hasRunOut() && !signIn.error && (
              <Alert color="blue" variant="light">
                Your session has ended. Sign in to go on where you were.
              </Alert>
            )}
            {signIn.error && <Problem error={signIn.error} />}
            <TextInput
              label="E-mail"
              name="email"
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              autoFocus
            />
            <PasswordInput
              label="Password"
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
            />
            <Button type="submit" loading={signIn.isPending} fullWidth>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
