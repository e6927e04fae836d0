import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SafeHtml } from './safe-html.ts';

/** Style or script of a page: a file of its own, for editors and linters, and a part of the program. */
export function pageAsset(url: URL): SafeHtml {
  return new SafeHtml(readFileSync(url, 'utf8'));
}

/** A style sheet beside its module, after the colours that all pages have. */
export function pageStyle(url: URL): SafeHtml {
  return new SafeHtml(`${pageAsset(new URL('page-colours.css', import.meta.url)).text}${pageAsset(url).text}`);
}

/** A content policy (CSP level 3) that allows this style and this script, by digest, and nothing else. */
export function contentPolicy(style: SafeHtml, script: SafeHtml): string {
  return `default-src 'none'; style-src ${sourceHash(style)}; script-src ${sourceHash(script)}; base-uri 'none'; form-action 'none'`;
}

function sourceHash({ text }: SafeHtml): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
