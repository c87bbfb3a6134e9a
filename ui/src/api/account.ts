import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take } from "./client";
import type { ListQuery } from "./queries";

export type KeyStatus = "active" | "revoked" | "expired";
export type InvitationStatus = "open" | "accepted" | "revoked" | "expired";

export interface AuditFilters {
  search?: string;
  action?: string;
  object_type?: string;
  user_id?: number;
  since?: string;
  until?: string;
}

/** More members or roles than that are found by searching. */
const MANY = { page: 1, page_size: 100 };

export const mfaQuery = () =>
  queryOptions({
    queryKey: ["mfa"],
    queryFn: ({ signal }) => take(api.GET("/api/v1/auth/mfa", { signal })),
  });

export const sessionsQuery = (query: ListQuery) =>
  queryOptions({
    queryKey: ["sessions", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/auth/sessions", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const passkeysQuery = (query: ListQuery) =>
  queryOptions({
    queryKey: ["passkeys", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/auth/passkeys", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const keysQuery = (query: ListQuery & { status?: KeyStatus; user_id?: number }) =>
  queryOptions({
    queryKey: ["keys", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/api-keys", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const permissionsQuery = () =>
  queryOptions({
    queryKey: ["permissions"],
    queryFn: ({ signal }) => take(api.GET("/api/v1/permissions", { signal })),
  });

export const usageQuery = () =>
  queryOptions({
    queryKey: ["usage"],
    queryFn: ({ signal }) => take(api.GET("/api/v1/usage", { signal })),
  });

export const usageHistoryQuery = (since: string) =>
  queryOptions({
    queryKey: ["usage", "since", since],
    queryFn: ({ signal }) => take(api.GET("/api/v1/usage/history", { params: { query: { since } }, signal })),
    placeholderData: keepPreviousData,
  });

export const membersQuery = (query: ListQuery = MANY) =>
  queryOptions({
    queryKey: ["members", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/members", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const invitationsQuery = (query: ListQuery & { status?: InvitationStatus }) =>
  queryOptions({
    queryKey: ["invitations", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/invitations", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const rolesQuery = (query: ListQuery = MANY) =>
  queryOptions({
    queryKey: ["roles", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/roles", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const organizationQuery = () =>
  queryOptions({
    queryKey: ["organization"],
    queryFn: ({ signal }) => take(api.GET("/api/v1/organization", { signal })),
  });

export const policyQuery = () =>
  queryOptions({
    queryKey: ["policy"],
    queryFn: ({ signal }) => take(api.GET("/api/v1/security-policy", { signal })),
  });

export const auditQuery = (query: ListQuery & AuditFilters) =>
  queryOptions({
    queryKey: ["audit", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/audit-logs", { params: { query }, signal })),
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
