import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { GraphError } from './graph-error.js';
import type { JsonObject } from './json.js';

/** An application registered in a tenant, with the application permissions consented to it. */
export interface RegisteredApplication {
  tenant: string;
  clientId: string;
  clientSecret: string;
  roles: readonly string[];
  /** Application permissions of the API "Office 365 Exchange Online", such as IMAP.AccessAsApp. */
  exchangeRoles?: readonly string[];
}

/** What a valid token says. */
export interface TokenGrant {
  applicationId: string;
  roles: readonly string[];
  /** The API that it is for. */
  audience: string;
}

/** The names of the API "Office 365 Exchange Online"; every other resource is taken for Graph. */
const exchangeOnline = new Set([
  'https://outlook.office365.com',
  'https://outlook.office.com',
  'https://ps.outlook.com',
  'https://outlook.office365.us',
  'https://partner.outlook.cn',
]);
const graph = 'https://graph.microsoft.com';

/** An answer of the sign-in service: HTTP status and JSON body. */
export interface SignInAnswer {
  status: number;
  body: JsonObject;
}

/** The v2.0 sign-in service for client credentials: metadata, tokens that expire, errors in Entra's words. */
export class SignIn {
  private readonly grants = new Map<string, TokenGrant & { expiresAtMs: number }>();
  private readonly signingKey = randomBytes(32);
  tokensIssued = 0;

  constructor(
    private readonly applications: RegisteredApplication[],
    private readonly tokenLifetimeSeconds: number,
  ) {}

  register(application: RegisteredApplication): void {
    this.applications.push(application);
  }

  /** Makes every issued token expire now. */
  expireAll(): void {
    for (const grant of this.grants.values()) grant.expiresAtMs = 0;
  }

  openIdConfiguration(authorityUrl: string, tenant: string): SignInAnswer {
    const base = `${authorityUrl}/${tenant}`;
    return {
      status: 200,
      body: {
        token_endpoint: `${base}/oauth2/v2.0/token`,
        token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
        jwks_uri: `${base}/discovery/v2.0/keys`,
        response_types_supported: ['code', 'id_token', 'token'],
        grant_types_supported: ['client_credentials'],
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
        issuer: `${base}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
        tenant_region_scope: 'EU',
        cloud_instance_name: 'microsoftonline.com',
      },
    };
  }

  /** Answers POST /{tenant}/oauth2/v2.0/token (Entra page "OAuth 2.0 client credentials flow"). */
  token(tenant: string, form: URLSearchParams, authorization: string | undefined): SignInAnswer {
    const basic = readBasic(authorization);
    const clientId = form.get('client_id') ?? basic?.[0] ?? '';
    const secret = form.get('client_secret') ?? basic?.[1] ?? null;
    const inTenant = this.applications.filter((each) => each.tenant.toLowerCase() === tenant.toLowerCase());
    if (inTenant.length === 0) return refusal(400, 'invalid_request', 90002, `Tenant '${tenant}' not found.`);
    if (form.get('grant_type') !== 'client_credentials') {
      return refusal(
        400,
        'unsupported_grant_type',
        70003,
        `The app requested an unsupported grant type '${form.get('grant_type') ?? ''}'.`,
      );
    }
    const application = inTenant.find((each) => each.clientId.toLowerCase() === clientId.toLowerCase());
    if (application === undefined) {
      return refusal(
        400,
        'unauthorized_client',
        700016,
        `Application with identifier '${clientId}' was not found in the directory '${tenant}'.`,
      );
    }
    if (secret === null) {
      return refusal(
        401,
        'invalid_client',
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
      );
    }
    if (secret !== application.clientSecret) {
      return refusal(
        401,
        'invalid_client',
        7000215,
        'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.',
      );
    }
    const scope = form.get('scope') ?? '';
    const resource = scope.split(' ').find((each) => each.endsWith('/.default'));
    if (resource === undefined) {
      return refusal(
        400,
        'invalid_scope',
        1002012,
        `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.`,
      );
    }
    return { status: 200, body: this.issue(application, resource.slice(0, -'/.default'.length)) };
  }

  /** @throws GraphError 401 InvalidAuthenticationToken */
  authenticate(authorization: string | undefined): TokenGrant {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthorized('Access token is empty.');
    const grant = this.grants.get(token);
    if (grant === undefined)
      throw unauthorized('IDX14100: JWT is not well formed, or was issued by another authority.');
    if (grant.expiresAtMs <= Date.now())
      throw unauthorized('Lifetime validation failed, the token is expired.');
    if (grant.audience !== graph) throw unauthorized('Access token validation failure. Invalid audience.');
    return grant;
  }

  /** What a token is good for, in the words of RFC 7662 section 2.2, for a server that takes Exchange Online's place. */
  introspect(token: string): JsonObject {
    const grant = this.grants.get(token);
    if (grant === undefined || grant.expiresAtMs <= Date.now()) return { active: false };
    const { applicationId, audience, roles } = grant;
    return { active: true, client_id: applicationId, aud: audience, roles: [...roles] };
  }

  private issue(application: RegisteredApplication, resource: string): JsonObject {
    const now = Math.floor(Date.now() / 1000);
    const isExchange = exchangeOnline.has(resource);
    const audience = isExchange ? resource : graph;
    const roles = isExchange ? (application.exchangeRoles ?? []) : application.roles;
    const claims = {
      aud: audience,
      appid: application.clientId,
      tid: application.tenant,
      roles,
      iat: now,
      exp: now + this.tokenLifetimeSeconds,
      uti: randomUUID(),
    };
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
    const token = `${signed}.${createHmac('sha256', this.signingKey).update(signed).digest('base64url')}`;
    this.grants.set(token, {
      applicationId: application.clientId,
      roles,
      audience,
      expiresAtMs: Date.now() + this.tokenLifetimeSeconds * 1000,
    });
    this.tokensIssued += 1;
    return {
      token_type: 'Bearer',
      expires_in: this.tokenLifetimeSeconds,
      ext_expires_in: this.tokenLifetimeSeconds,
      access_token: token,
    };
  }
}

const unauthorized = (message: string): GraphError =>
  new GraphError(401, 'InvalidAuthenticationToken', message, {
    'www-authenticate':
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
  });

function readBasic(authorization: string | undefined): [string, string] | null {
  const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return [decodeURIComponent(id), decodeURIComponent(secret)];
}

/** The error body of the token endpoint (Entra page "Handle errors and exceptions in MSAL", AADSTS codes). */
function refusal(status: number, error: string, code: number, text: string): SignInAnswer {
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const timestamp = new Date().toISOString().slice(0, 19).replace('T', ' ') + 'Z';
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  };
}
