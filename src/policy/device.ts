import type { Context } from '../context.js'
import type { Registration } from '../records.js'

/** RFC 8628 section 3.4. */
export const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code'

/** Whether clients that came about like this may have devices let in. */
export const mayUseDevices = ({ device }: Pick<Context, 'device'>, registration: Registration): boolean =>
  device !== null && (device.selfRegistered || (registration !== 'dynamic' && registration !== 'metadata_document'))
