import type { ReportMail } from '@sterna/reports';
import { createTransport, type Transporter } from 'nodemailer';

/** Sends status reports. Without a mail server it sends nothing and says so. */
export class ReportMailer {
  readonly #transport: Transporter | null;
  readonly #from: string;

  /** `url` is `smtp://user:password@host:587` or `smtps://…`; `from` is the sender's address. */
  constructor(options: { url: string | null; from: string }) {
    this.#transport = options.url === null ? null : createTransport(options.url);
    this.#from = options.from;
  }

  get canSend(): boolean {
    return this.#transport !== null;
  }

  /** @throws Error of the mail server when nobody of `to` gets it */
  async send(to: readonly string[], { subject, text, attachments }: ReportMail): Promise<void> {
    await this.#transport?.sendMail({
      from: this.#from,
      to: [...to],
      subject,
      text,
      attachments: attachments.map(({ fileName, content }) => ({
        filename: fileName,
        content,
        contentType: 'text/csv; charset=utf-8',
      })),
    });
  }

  close(): void {
    this.#transport?.close();
  }
}
