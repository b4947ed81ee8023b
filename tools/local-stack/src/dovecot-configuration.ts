/** The configuration of a private Dovecot: Maildir, special-use folders, many connections from one address. */
export function dovecotConfiguration(settings: {
  directory: string;
  port: number;
  tlsPort: number;
  usersFile: string;
  separator: string;
}): string {
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
mail_location = maildir:~/Maildir
mail_max_userip_connections = 500
passdb {
  driver = passwd-file
  args = username_format=%u ${settings.usersFile}
}
userdb {
  driver = passwd-file
  args = username_format=%u ${settings.usersFile}
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
`;
}
