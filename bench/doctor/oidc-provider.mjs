/** `oidc-provider` with what MCP clients need switched on, and otherwise as it comes. */
import { Provider } from 'oidc-provider'

const port = Number(process.env.PORT ?? 4001)
const issuer = `http://127.0.0.1:${port}`
const provider = new Provider(issuer, {
  features: {
    registration: { enabled: true },
    registrationManagement: { enabled: true },
    revocation: { enabled: true },
  },
})
provider.listen(port, '127.0.0.1', () => console.log(issuer))
