import { Script } from "node:vm";
import { maskComments } from "./mask-comments.ts";

/** A last expression that begins further up than this many statements or lines is not looked for. */
const maxLooks = 60;

/** These begin a declaration or a block wherever a statement begins, though they could be expressions. */
const declaration = /^(?:(?:async\s+)?function\b|class\b)/;

/**
 * The program with its last statement returned where that is an expression, else the program as it is. Lines stay where
 * they are. Pure: the source is parsed here, never run.
 */
export function returnLast(source: string): string {
  const masked = maskComments(source);
  if (masked === undefined) return source;
  const end = masked.code.replace(/[\s;]+$/, "").length;
  for (const start of masked.starts.filter((at) => at < end).slice(-maxLooks)) {
    const head = masked.code.slice(0, start);
    const tail = masked.code.slice(start, end);
    // The longest tail wins: a line break inside an expression does not end it.
    if (!isExpression(tail) || !isProgram(head) || goesOn(head, tail)) continue;
    return `${head};return (${tail}\n)`;
  }
  return source;
}

function isExpression(code: string): boolean {
  return !declaration.test(code.trimStart()) && isProgram(`return (${code}\n)`);
}

/** Whether the tail continues the head's last statement, which ends in an expression, rather than beginning the next. */
function goesOn(head: string, tail: string): boolean {
  return isProgram(`${head}\n,__next=0`) && isProgram(`${head.trimEnd()} ${tail.trimStart()}`);
}

function isProgram(code: string): boolean {
  try {
    return Boolean(new Script(`"use strict";(async()=>{${code}\n})`));
  } catch {
    return false;
  }
}
