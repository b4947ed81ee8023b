/** Where a private Dovecot has its files and ports. */
export interface DovecotSettings {
  directory: string;
  port: number;
  tlsPort: number;
  /** Has a passwd-file for each user, under the user's name. */
  usersDir: string;
  /** Users who may log in as anyone, as `user*master`; null for none. */
  mastersFile: string | null;
  separator: string;
  /** File with the settings of the OAuth 2.0 database; null for none. */
  oauthFile: string | null;
  format: 'maildir' | 'mdbox';
  /** Who runs Dovecot when it is not root; null for root, with Debian's own users for the parts. */
  unprivileged: { user: string; group: string } | null;
}

/** A slash in a name is escaped on disk. */
const mailLocations = {
  maildir: 'maildir:~/Maildir',
  mdbox: 'mdbox:~/mdbox\nmail_plugins = listescape',
};

/**
 * The configuration of a private Dovecot 2.3: Maildir, special-use folders, many connections from one address,
 * no growing pause for an address after a wrong password (all tests come from one address).
 */
export function dovecotConfiguration(settings: DovecotSettings): string {
  return [
    baseOf(settings),
    mastersOf(settings),
    oauthOf(settings),
    accountsAndFolders(settings),
    unprivilegedOf(settings),
  ].join('');
}

function mastersOf(settings: DovecotSettings): string {
  if (settings.mastersFile === null) return '';
  return `auth_master_user_separator = *
passdb {
  driver = passwd-file
  args = username_format=%u ${settings.mastersFile}
  master = yes
  result_success = continue
}
`;
}

function oauthOf(settings: DovecotSettings): string {
  if (settings.oauthFile === null) return '';
  return `auth_mechanisms = plain login xoauth2 oauthbearer
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${settings.oauthFile}
}
`;
}

/** Who says whether a token is good: see startTokenServer. */
export interface DovecotOAuth {
  /** Address of the introspection endpoint (RFC 7662). */
  introspectionUrl: string;
  /** Whether a good token opens every mailbox, as one of an application does at Exchange Online. */
  opensEveryMailbox?: boolean;
}

/** Dovecot's dovecot-oauth2.conf.ext; a user name that is compared as a constant is everybody's. */
export function dovecotOAuthConfiguration({ introspectionUrl, opensEveryMailbox }: DovecotOAuth): string {
  return `introspection_mode = post
introspection_url = ${introspectionUrl}
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = username
username_format = ${opensEveryMailbox === true ? 'anyone' : '%Lu'}
timeout_msecs = 10000
`;
}

function unprivilegedOf(settings: DovecotSettings): string {
  if (settings.unprivileged === null) return '';
  const { user, group } = settings.unprivileged;
  return `default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
service anvil {
  chroot =
}
service imap-login {
  chroot =
}
`;
}

function baseOf(settings: DovecotSettings): string {
  const { directory } = settings;
  return `instance_name = sterna-${settings.port}
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = ${directory}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${directory}/certificate.pem
ssl_key = <${directory}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_cache_size = 0
first_valid_uid = 1
first_valid_gid = 1
mail_location = ${mailLocations[settings.format]}
mail_max_userip_connections = 500
auth_failure_delay = 1 s
mail_fsync = never
service imap-login {
  inet_listener imap {
    port = ${settings.port}
  }
  inet_listener imaps {
    port = ${settings.tlsPort}
    ssl = yes
  }
}
service imap {
  vsz_limit = 1G
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`;
}

function accountsAndFolders(settings: DovecotSettings): string {
  return `passdb {
  driver = passwd-file
  args = username_format=%u ${settings.usersDir}/%u
}
userdb {
  driver = passwd-file
  args = username_format=%u ${settings.usersDir}/%u
}
namespace inbox {
  inbox = yes
  separator = ${settings.separator}
  mailbox Drafts {
    special_use = \\Drafts
  }
  mailbox Sent {
    special_use = \\Sent
  }
  mailbox Trash {
    special_use = \\Trash
  }
  mailbox Junk {
    special_use = \\Junk
  }
  mailbox Archive {
    special_use = \\Archive
  }
}
`;
}
