import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Which kind of project may import which: the arrows of ARCHITECTURE.md, as an error of the linter. */
const byType = [
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: ['type:none'] },
  { sourceTag: 'type:domain', onlyDependOnLibsWithTags: ['type:none'] },
  { sourceTag: 'type:feature', onlyDependOnLibsWithTags: ['type:domain', 'type:contracts'] },
  { sourceTag: 'type:platform', onlyDependOnLibsWithTags: ['type:domain'] },
  {
    sourceTag: 'type:adapter',
    onlyDependOnLibsWithTags: [
      'type:domain',
      'type:contracts',
      'type:feature',
      'type:platform',
      'type:test-server',
    ],
  },
  { sourceTag: 'type:report', onlyDependOnLibsWithTags: ['type:domain', 'type:adapter'] },
  {
    sourceTag: 'type:preflight',
    onlyDependOnLibsWithTags: [
      'type:domain',
      'type:feature',
      'type:platform',
      'type:adapter',
      'type:test-server',
    ],
  },
  { sourceTag: 'type:client', onlyDependOnLibsWithTags: ['type:none'] },
  // a server that tests run in their own process
  { sourceTag: 'type:test-server', onlyDependOnLibsWithTags: ['type:none'] },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: [
      'type:domain',
      'type:contracts',
      'type:feature',
      'type:platform',
      'type:adapter',
      'type:report',
      'type:preflight',
      'type:client',
      'type:test-server',
    ],
  },
  {
    sourceTag: 'type:tool',
    onlyDependOnLibsWithTags: ['type:domain', 'type:feature', 'type:client', 'type:tool'],
  },
  {
    sourceTag: 'type:e2e',
    onlyDependOnLibsWithTags: ['type:client', 'type:tool', 'type:domain', 'type:feature', 'type:test-server'],
  },
];

/** A source never knows the target, nor the target a source. */
const byScope = [
  { sourceTag: 'scope:source', onlyDependOnLibsWithTags: ['scope:source', 'scope:shared'] },
  { sourceTag: 'scope:target', onlyDependOnLibsWithTags: ['scope:target', 'scope:shared'] },
  { sourceTag: 'scope:shared', onlyDependOnLibsWithTags: ['scope:shared'] },
  { sourceTag: 'scope:scheduler', onlyDependOnLibsWithTags: ['scope:shared'] },
  { sourceTag: 'scope:cli', onlyDependOnLibsWithTags: ['scope:shared'] },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/.local/**',
      '**/.tools/**',
      '**/generated/**',
      '**/*.mjs',
      '**/vitest.config.ts',
      '**/vitest.*.config.ts',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  prettier,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          banTransitiveDependencies: true,
          depConstraints: [...byType, ...byScope],
        },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      // Nest declares the shapes of its options as classes
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-console': 'error',
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.spec.ts'],
    rules: {
      'max-lines': ['error', { max: 600 }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['tools/**/*.ts', 'apps/cli/**/*.ts', 'apps/e2e/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
