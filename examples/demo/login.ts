import express, { type Router } from 'express'
import * as z from 'zod'
import { sameOrigin, sendPage } from './http.js'
import { LoginPage } from './pages/login.js'
import { type Person, password, people } from './people.js'
import { returnPath } from './return-path.js'
import type { Sessions } from './sessions.js'

/** A field that is missing is as good as an empty one. */
const form = z.object({
  username: z.string().trim().toLowerCase().catch(''),
  password: z.string().catch(''),
  next: z.string().catch('/').transform(returnPath),
})

/** The platform's own login, which the provider sends people to and knows nothing else about. */
export function login(sessions: Sessions<Person>): Router {
  const router = express.Router()
  const readForm = express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 10 })

  router.get('/login', (req, res) => {
    const next = returnPath(req.query.next)
    sendPage(res, LoginPage({ next, person: sessions.read(req), username: '', failed: false }))
  })

  router.post('/login', sameOrigin, readForm, (req, res) => {
    const { username, next, ...posted } = form.parse(req.body ?? {})
    const person = posted.password === password ? people.get(username) : undefined
    if (!person) return sendPage(res, LoginPage({ next, person: null, username, failed: true }), 401)
    sessions.start(req, res, person)
    // 303, because 307 would make the browser post the password again, to wherever the way leads (RFC 9700 section 4.12).
    res.redirect(303, next)
  })

  for (const method of ['get', 'post'] as const)
    router[method]('/logout', sameOrigin, (req, res) => {
      sessions.end(req, res)
      res.redirect(303, '/')
    })
  return router
}
