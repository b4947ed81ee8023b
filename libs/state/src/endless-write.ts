import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** What is used of the driver's own, undocumented `Connection`. */
export interface DriverConnection {
  readonly socket: Socket;
  /** Why the connection is closed; set before `close` is emitted. */
  readonly error: Error | null;
  once(event: 'close', listener: () => void): this;
  off(event: 'close', listener: () => void): this;
  writeCommand: (this: DriverConnection, command: unknown, options: unknown) => Promise<void>;
}

const requireFromHere = createRequire(import.meta.url);
const requireFromMongoose = createRequire(requireFromHere.resolve('mongoose'));

function propertyOf(of: unknown, name: string): unknown {
  const isObject = (typeof of === 'object' && of !== null) || typeof of === 'function';
  const value: unknown = isObject ? Reflect.get(of, name) : undefined;
  return value;
}

function isConnection(prototype: unknown): prototype is DriverConnection {
  return (
    typeof prototype === 'object' &&
    prototype !== null &&
    'writeCommand' in prototype &&
    typeof prototype.writeCommand === 'function'
  );
}

/** What all connections of the driver share. @throws Error when the driver is built differently */
export function connectionPrototype(): DriverConnection {
  const driver: unknown = requireFromMongoose('mongodb/lib/cmap/connection.js');
  const constructor: unknown = propertyOf(driver, 'Connection');
  const prototype = propertyOf(constructor, 'prototype');
  if (isConnection(prototype)) return prototype;
  throw new Error('The driver of MongoDB has no Connection.writeCommand any more.');
}

let isEnded = false;

/**
 * Makes a command fail whose connection closes while it is being written.
 *
 * The driver (7.8.0, 7.9.0) learns that a socket is gone by its `close` event. A command that is written between the
 * destruction of the socket and that event waits for a `drain` which never comes, and `close` does not end the wait.
 * When it is the monitor's `hello`, no server is ever selected again: seen in three of eight runs with the database
 * away for three seconds under load. Once in a process; the driver's classes are shared by all its clients.
 */
export function endEndlessWrites(): void {
  if (isEnded) return;
  isEnded = true;
  const prototype = connectionPrototype();
  const { writeCommand } = prototype;
  prototype.writeCommand = function (this: DriverConnection, command, options) {
    return new Promise((resolve, reject) => {
      const onClose = () => reject(this.error ?? new Error('The connection to MongoDB closed.'));
      this.once('close', onClose);
      writeCommand
        .call(this, command, options)
        .then(resolve, reject)
        .finally(() => this.off('close', onClose));
    });
  };
}
