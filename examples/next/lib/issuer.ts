/** The one URL that this app is known by. Clients see it in every document, so it is told and never guessed from a request. */
export const issuer = process.env.ISSUER ?? 'http://127.0.0.1:3000'
