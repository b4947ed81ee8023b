/** How a Cyrus names folders: `INBOX.Projects.2015` beside `user.ann`, or `Projects/2015` beside `Other Users/ann`. */
export type CyrusHierarchy = 'netnews' | 'unix';

/** imapd.conf(5): passwords in sasldb, mailboxes with folders of special use at the first login. */
export function cyrusConfiguration(names: {
  hierarchy: CyrusHierarchy;
  administrator: string;
  proxy: string;
}): string {
  const isUnix = names.hierarchy === 'unix' ? 'yes' : 'no';
  return `configdirectory: /srv/data
proc_path: /srv/data/proc
mboxname_lockpath: /srv/data/lock
lmtpsocket: /srv/data/socket/lmtp
idlesocket: /srv/data/socket/idle
notifysocket: /srv/data/socket/notify
defaultpartition: default
partition-default: /srv/mail
servername: cyrus.test
admins: ${names.administrator}
proxyservers: ${names.proxy}
unixhierarchysep: ${isUnix}
altnamespace: ${isUnix}
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: /srv/sasldb2
sasl_mech_list: PLAIN LOGIN
autocreate_users: anyone
autocreate_quota: 0
autocreate_inbox_folders: Skickat|Papperskorg
xlist-sent: Skickat
xlist-trash: Papperskorg
syslog_prefix: cyrus
`;
}

/** cyrus.conf(5): IMAP alone, without anything that runs by the clock. */
export function cyrusServices(port: number): string {
  const program = (name: string): string => `/usr/lib/cyrus/bin/${name} -C /srv/imapd.conf`;
  return `START {
  recover cmd="${program('ctl_cyrusdb')} -r"
}
SERVICES {
  imap cmd="${program('imapd')}" listen="127.0.0.1:${port}" proto="tcp4" prefork=0 maxchild=100
}
EVENTS {
}
`;
}
