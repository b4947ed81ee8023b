import { describe, expect, it } from 'vitest';
import { namesByLanguage } from './special-use-names.js';
import { useByName } from './special-use.js';

const uses = ['sent', 'drafts', 'trash', 'junk', 'archive'] as const;
const languages = Object.keys(namesByLanguage);

describe('names of special folders', () => {
  it.each(uses)('are known for %s in more than 20 languages', (use) => {
    expect(languages.length).toBeGreaterThan(20);
    for (const language of languages) expect(namesByLanguage[language]?.[use], language).not.toEqual([]);
  });

  it('mean one use each, whatever the language is', () => {
    for (const [language, names] of Object.entries(namesByLanguage)) {
      for (const use of uses) {
        for (const name of names[use]) expect(useByName([name]), `${language} ${name}`).toBe(use);
      }
    }
  });

  it.each([
    [['Gönderilmiş Öğeler'], 'sent'],
    [['Silinmiş Öğeler'], 'trash'],
    [['İNBOX'], null],
    [['ODESLANÁ POŠTA'], 'sent'],
    [['Отправленные'], 'sent'],
    [['Διαγραμμένα'], 'trash'],
    [['E\u0301le\u0301ments envoye\u0301s'], 'sent'],
    [['送信済みメール'], 'sent'],
    [['INBOX', 'Papperskorgen'], 'trash'],
    [['Kunden', 'Gesendet'], null],
  ])('%j is %s', (path, use) => {
    expect(useByName(path)).toBe(use);
  });
});
