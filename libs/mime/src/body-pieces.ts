import type { MessageBody } from './converted-message.js';
import type { Part } from './part-tree.js';

/** A text part, decoded, with where it came from in case it has to become a file after all. */
export interface TextPiece {
  content: string;
  part: Part;
  /** Place among the leaves of the message, from 1. */
  place: number;
}

/** Content of a part of the tree: two forms of the same where both lists are filled. */
export interface BodyPieces {
  html: TextPiece[];
  text: TextPiece[];
}

function isBlank(pieces: readonly TextPiece[]): boolean {
  return pieces.every((piece) => piece.content.trim() === '');
}

/** Blank pieces are left out unless there is nothing else, so that a list never has more than one of them. */
function append(list: TextPiece[], pieces: readonly TextPiece[]): void {
  for (const piece of pieces) {
    if (list.length === 0 || piece.content.trim() !== '') list.push(piece);
  }
}

function notBlank(pieces: readonly TextPiece[]): TextPiece[] {
  return pieces.filter((piece) => piece.content.trim() !== '');
}

/**
 * Puts what follows in a multipart behind what is there already, in place (RFC 2046 section 5.1.3: the parts of
 * multipart/mixed are read one after another). Only text of the same kind can be joined.
 *
 * @returns pieces that have no place in the body; they are to be kept as files
 */
export function appendPieces(body: BodyPieces, next: BodyPieces): TextPiece[] {
  if (body.html.length === 0 && body.text.length > 0) {
    const isReplaceable = isBlank(body.text);
    append(body.text, next.text);
    if (!isReplaceable) return notBlank(next.html);
    append(body.html, next.html);
    return [];
  }
  const isTextAlone = body.html.length > 0 && next.html.length === 0;
  append(body.html, next.html);
  if (isTextAlone) return notBlank(next.text);
  append(body.text, next.text);
  return [];
}

/**
 * Chooses among alternatives: the last HTML and the last plain text, as the last one is the best (RFC 2046
 * section 5.1.4).
 *
 * @returns the choice, and the pieces that were not chosen; they are to be kept as files
 */
export function chooseAlternative(units: readonly BodyPieces[]): { chosen: BodyPieces; left: TextPiece[] } {
  const html = units.findLast((unit) => unit.html.length > 0)?.html ?? [];
  const text = units.findLast((unit) => unit.text.length > 0)?.text ?? [];
  const left: TextPiece[] = [];
  for (const unit of units) {
    if (unit.html !== html) append(left, notBlank(unit.html));
    if (unit.text !== text) append(left, notBlank(unit.text));
  }
  return { chosen: { html: [...html], text: [...text] }, left };
}

/** Document after document: browsers and Exchange read what follows `</html>` as more of its body. */
function joinHtml(pieces: readonly TextPiece[]): string {
  return pieces.map((piece) => piece.content).join('<br>\r\n');
}

/** Every piece begins on a line of its own. */
function joinText(pieces: readonly TextPiece[]): string {
  const last = pieces.length - 1;
  return pieces
    .map(({ content }, index) => (index === last || content.endsWith('\n') ? content : `${content}\r\n`))
    .join('');
}

/** The body of the message: HTML where there is any that is not blank beside text that is not. */
export function bodyOf(pieces: BodyPieces): { body: MessageBody; plainBody: string | null } {
  const text = joinText(pieces.text);
  const isHtmlUseless = pieces.html.length === 0 || (isBlank(pieces.html) && text.trim() !== '');
  if (isHtmlUseless) return { body: { contentType: 'text', content: text }, plainBody: null };
  return {
    body: { contentType: 'html', content: joinHtml(pieces.html) },
    plainBody: pieces.text.length === 0 ? null : text,
  };
}
