#!/bin/sh
# Runs a Courier IMAP of its own in a tree of Debian (made by tools/setup), with its configuration and mail mounted
# from a state directory where only this process sees them. As root: courier.sh TREE STATE PORT
set -eu
tree=$1 state=$2 port=$3
mount --bind "$state/etc" "$tree/etc/courier"
mount --bind "$state/mail" "$tree/srv"
mkdir -p "$tree/run/courier"
mount -t tmpfs none "$tree/run/courier"
mkdir -p "$tree/run/courier/authdaemon"
exec chroot "$tree" /bin/sh -euc '
makeuserdb
set -a
. /etc/courier/authdaemonrc
. /etc/courier/imapd.settings
set +a
/usr/lib/courier/courier-authlib/authdaemond &
exec couriertcpd -address=127.0.0.1 -maxprocs=100 -maxperip=100 -nodnslookup -noidentlookup "$0" \
  /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir' "$port"
