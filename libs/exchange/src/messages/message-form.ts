/** How much of a message is given to Exchange in its own form. */
export interface MessageForm {
  hasOptional: boolean;
  addresses: 'recipients' | 'text';
  attachedMessages: 'items' | 'files';
  content: 'parts' | 'file';
  repairs: readonly string[];
}

const whole: MessageForm = {
  hasOptional: true,
  addresses: 'recipients',
  attachedMessages: 'items',
  content: 'parts',
  repairs: [],
};
const plainer: MessageForm = { ...whole, hasOptional: false, repairs: ['optionalPropertiesLeftOut'] };
const anonymous: MessageForm = {
  ...plainer,
  addresses: 'text',
  repairs: [...plainer.repairs, 'addressesKeptAsText'],
};
const flat: MessageForm = { ...plainer, attachedMessages: 'files' };
const boxed: MessageForm = { ...anonymous, content: 'file', repairs: ['messageKeptAsFile'] };

/**
 * The forms in which a message is offered, one after the other, until Exchange takes one: whole; without what is
 * optional (headers, answered state, plain text, categories, Message-ID); with attached messages as files; with
 * addresses as text; the whole message as an .eml file. Date, read state, subject and flag are never given up.
 */
export const messageForms: readonly MessageForm[] = [whole, plainer, flat, anonymous, boxed];
