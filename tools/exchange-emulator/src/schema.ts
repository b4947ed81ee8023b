import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What one property of a Graph type takes. */
export interface PropertyRule {
  kind: 'primitive' | 'enum' | 'object';
  /** 'Edm.String' for a primitive, the bare name of a type or enum otherwise. */
  type: string;
  collection: boolean;
  nullable: boolean;
}

const metadata = z
  .object({
    types: z.record(
      z.string(),
      z.object({ base: z.string().nullable(), properties: z.record(z.string(), z.string()) }),
    ),
    enums: z.record(z.string(), z.array(z.string())),
  })
  .parse(JSON.parse(readFileSync(new URL('../metadata/mail.v1.0.json', import.meta.url), 'utf8')));

function readRule(declared: string): PropertyRule {
  const nullable = !declared.endsWith('!');
  const bare = nullable ? declared : declared.slice(0, -1);
  const inside = /^Collection\((.*)\)$/.exec(bare)?.[1];
  const type = inside ?? bare;
  const collection = inside !== undefined;
  if (type.startsWith('Edm.')) return { kind: 'primitive', type, collection, nullable };
  const name = type.replace('graph.', '');
  return { kind: name in metadata.enums ? 'enum' : 'object', type: name, collection, nullable };
}

function rulesOf(typeName: string): Map<string, PropertyRule> {
  const declared = metadata.types[typeName];
  if (declared === undefined) throw new Error(`metadata/mail.v1.0.json has no type ${typeName}`);
  const rules = declared.base === null ? new Map<string, PropertyRule>() : rulesOf(declared.base);
  for (const [name, type] of Object.entries(declared.properties)) rules.set(name, readRule(type));
  return rules;
}

/** The properties of each type, inherited ones included, from Microsoft's published metadata. */
export const rulesByType: ReadonlyMap<string, ReadonlyMap<string, PropertyRule>> = new Map(
  Object.keys(metadata.types).map((name) => [name, rulesOf(name)]),
);

export const membersByEnum: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(metadata.enums));
