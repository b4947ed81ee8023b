/**
 * Makes mail.v1.0.json from the published CSDL of Microsoft Graph v1.0 (microsoftgraph/msgraph-metadata, MIT).
 * Use: node generate.mjs <metadata.xml> > mail.v1.0.json
 */
import { readFileSync } from 'node:fs';

const wanted = new Set(
  (
    'attachment attachmentItem dateTimeTimeZone emailAddress entity fileAttachment followupFlag ' +
    'internetMessageHeader itemAttachment itemBody mailFolder message multiValueLegacyExtendedProperty outlookItem ' +
    'recipient referenceAttachment singleValueLegacyExtendedProperty'
  ).split(' '),
);
const xml = readFileSync(process.argv[2], 'utf8');
const attribute = (tag, name) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
const types = {};
const enums = {};
for (const [, kind, open, selfClosed, content = ''] of xml.matchAll(
  /<(EntityType|ComplexType|EnumType)\b([^>]*?)(?:(\/)>|>([\s\S]*?)<\/\1>)/g,
)) {
  void selfClosed;
  const name = attribute(open, 'Name');
  if (kind === 'EnumType') {
    enums[name] = [...content.matchAll(/<Member Name="([^"]+)"/g)].map((match) => match[1]);
    continue;
  }
  if (!wanted.has(name)) continue;
  const base = attribute(open, 'BaseType')?.replace('graph.', '') ?? null;
  const properties = {};
  for (const [tag] of content.matchAll(/<(?:Navigation)?Property\b[^>]*>/g)) {
    const nullable = attribute(tag, 'Nullable') !== 'false';
    properties[attribute(tag, 'Name')] = attribute(tag, 'Type') + (nullable ? '' : '!');
  }
  types[name] = { base, properties };
}
const used = JSON.stringify(types);
const keptEnums = Object.fromEntries(
  Object.entries(enums).filter(([name]) => used.includes(`graph.${name}`)),
);
const source = 'microsoftgraph/msgraph-metadata, v1.0. Copyright (c) Microsoft Corporation, MIT licence.';
process.stdout.write(`${JSON.stringify({ source, types, enums: keptEnums }, null, 1)}\n`);
