import { styleText } from 'node:util';
import type { Machine, TextSink } from '../machine/machine.ts';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export type Paint = (style: Style, text: string) => string;

export const noPaint: Paint = (_style, text) => text;

const ansi: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** Colours for one stream: on terminals, unless NO_COLOR is set to anything or the terminal is dumb. */
export function paintFor(sink: TextSink, env: Machine['env']): Paint {
  const refused = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return sink.isTTY === true && !refused ? ansi : noPaint;
}
