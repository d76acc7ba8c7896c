import { routeHandlers } from 'grantor/next'
import { provider } from '@/lib/provider'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD } = routeHandlers(provider)
