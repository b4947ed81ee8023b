#!/bin/sh
# Runs a Cyrus IMAP of its own in a tree of Debian (made by tools/setup), with its configuration and mail mounted from
# a state directory where only this process sees them. As root: cyrus.sh TREE STATE UID GID
set -eu
tree=$1 state=$2 uid=$3 gid=$4
# the files belong to whoever starts it, who removes them afterwards
sed "s/^cyrus:x:[0-9]*:[0-9]*:/cyrus:x:$uid:$gid:/" "$tree/etc/passwd" >"$state/passwd"
mount --bind "$state/passwd" "$tree/etc/passwd"
mount --bind "$state" "$tree/srv"
mount -t proc none "$tree/proc"
exec chroot "$tree" /bin/sh -euc '
cd /srv
for file in passwords/*; do
  saslpasswd2 -p -c -f sasldb2 -u cyrus.test "${file#passwords/}" <"$file"
done
mkdir -p data/db data/proc data/lock data/socket mail
chown -R "$0" sasldb2 data mail
exec /usr/lib/cyrus/bin/master -C /srv/imapd.conf -M /srv/cyrus.conf -p /srv/data/master.pid -D
' "$uid:$gid"
