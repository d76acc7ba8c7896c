import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Express, Request as ExpressRequest } from 'express'
import type { ClientId, Provider, ProviderOptions, Session, Storage } from 'grantor'
import type { Context, Hono } from 'hono'
import type { Kysely } from 'kysely'
import type { NextRequest } from 'next/server.js'

/**
 * What an example may use without saying where it comes from: the app around it. An example that needs anything else has to show it.
 */

type ScopeName = 'items:read' | 'project:read' | 'project:write' | 'project:admin'

/** By the framework that an example is about. */
export interface Frameworks {
  readonly express: { readonly provider: Provider<ExpressRequest, ScopeName>; readonly app: Express }
  readonly hono: { readonly provider: Provider<Context, ScopeName>; readonly app: Hono }
  readonly next: { readonly provider: Provider<NextRequest, ScopeName> }
  readonly node: {
    readonly provider: Provider<IncomingMessage, ScopeName>
    readonly req: IncomingMessage
    readonly res: ServerResponse
  }
}

export declare const frameworks: Frameworks

export declare const options: ProviderOptions<Request, ScopeName>
export declare const request: Request
/** Of an interaction. */
export declare const id: string
export declare const clientId: ClientId

export declare const currentUser: (request: Request) => Session | null
export declare const itemsOf: (...of: readonly unknown[]) => readonly string[]

export declare const myStorage: (pool: unknown) => Storage
export declare const pool: unknown
export declare const anotherPool: unknown
export declare const db: Kysely<unknown>
export declare const connectionString: string
export declare const uri: string

export { writeFileSync } from 'node:fs'
export { createServer } from 'node:http'
export { default as express } from 'express'
export { Hono } from 'hono'
export { Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely'
export * as mysql from 'mysql2'
export { default as pg } from 'pg'
