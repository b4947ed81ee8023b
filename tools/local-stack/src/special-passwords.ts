/** Someone whose password is not made of plain letters. */
export interface SpecialLogin {
  name: string;
  password: string;
  /** In which character set the server has the password. */
  charset: 'utf8' | 'latin1';
}

/** Accounts that every IMAP server of the tests has, for passwords that are easily sent wrong. */
export const specialLogins: readonly SpecialLogin[] = [
  { name: 'quotes', password: 'say "hello" and "', charset: 'utf8' },
  { name: 'backslashes', password: 'C:\\new\\"dir\\', charset: 'utf8' },
  { name: 'spaces', password: ' before, two  within, after ', charset: 'utf8' },
  { name: 'signs', password: "{12}(*)%&~+/=;:#'`$@[]<>,", charset: 'utf8' },
  { name: 'umlauts', password: 'Smörgåsbord für 5 €', charset: 'utf8' },
  { name: 'scripts', password: 'пароль 密码 🔑', charset: 'utf8' },
  { name: 'latin', password: 'Räksmörgås £5', charset: 'latin1' },
];

/** The octets that a server has of a password. */
export const passwordBytes = ({ password, charset }: Pick<SpecialLogin, 'password' | 'charset'>): Buffer =>
  Buffer.from(password, charset);
