import type { Messages } from './index.js'

export const es: Messages = {
  'page.person': 'Sesión iniciada como {person}',

  'client.verified': 'Verificada por {name}',
  'client.manual': 'No verificada por {name}',
  'client.user': 'No verificada: añadida por un usuario de {name}',
  'client.dynamic': 'No verificada: esta aplicación se registró por sí misma',
  'client.metadata_document': 'No verificada: descrita por {host}',

  'consent.title': '{client} quiere acceder a {name}',
  'consent.resources': 'Para acceder a',
  'consent.problem': 'Aún no autorizado',
  'consent.problem.scope_missing': 'Marque al menos un permiso o rechace la solicitud.',
  'consent.problem.project_missing': 'Elija dónde puede trabajar la aplicación o rechace la solicitud.',
  'consent.destination': 'Su respuesta se enviará a {host}',
  'consent.destination.verified': 'Es la dirección que la aplicación ha registrado.',
  'consent.destination.unverified':
    'Cualquiera puede dar este nombre a una aplicación. Autorice solo si conoce esta dirección.',
  'consent.loopback': 'Su respuesta se enviará a un programa de este dispositivo',
  'consent.loopback.hint':
    '{name} no puede comprobar qué programa la recibe ({host}). Autorice solo si acaba de iniciar la conexión usted mismo.',
  'consent.scopes': 'Qué podrá hacer',
  'consent.scopes.hint': 'Desmarque lo que no quiera conceder.',
  'consent.sensitive': 'Delicado',
  'consent.required': 'Necesario para esta aplicación',
  'consent.included': 'Incluido',
  'consent.included_in': 'Incluido en: {scopes}',
  'consent.lacking': 'Lo que usted no puede conceder',
  'consent.lacking.hint': 'La aplicación también lo pide, pero usted mismo no tiene ese permiso.',
  'consent.projects.one': 'Elija una opción.',
  'consent.projects.many': 'Elija una o varias opciones.',
  'consent.projects.all': 'Todo, también lo futuro',
  'consent.projects.selected': 'Solo lo que yo elija',
  'consent.project.partly': 'Aquí solo puede conceder: {scopes}',
  'consent.project.nothing': 'Aquí no tiene ninguno de estos permisos.',
  'consent.keep_alive': 'Mantener la conexión',
  'consent.keep_alive.hint':
    'La aplicación puede seguir trabajando en su ausencia, hasta que usted la desconecte. Sin esto, su acceso termina pronto por sí solo.',
  'consent.approve': 'Autorizar',
  'consent.deny': 'Rechazar',
  'consent.revoke': 'Puede desconectar la aplicación en cualquier momento.',
  'consent.no_project': 'Todavía no hay nada que conectar',
  'consent.no_project.hint':
    '{client} trabaja con algo que usted aún no tiene en {name}: {label}. No se ha compartido nada. Vuelva cuando tenga acceso.',
  'consent.no_scope': 'Usted no puede conceder este acceso',
  'consent.no_scope.hint':
    '{client} pide permisos que usted mismo no tiene en {name}. No se ha compartido nada. Pídalos a quien administra {name}.',
  'consent.back': 'Volver a {client}',

  'apps.title': 'Aplicaciones conectadas',
  'apps.intro': 'Estas aplicaciones pueden usar {name} en su nombre. Desconecte las que ya no necesite.',
  'apps.none': 'No hay aplicaciones conectadas',
  'apps.none.hint':
    'Cuando permita a una aplicación usar {name} en su nombre, aparecerá aquí y podrá desconectarla en cualquier momento.',
  'apps.permissions': 'Puede',
  'apps.projects.all': 'Todo, también lo futuro',
  'apps.authorised': 'Conectada',
  'apps.used': 'Último uso',
  'apps.unused': 'Nunca',
  'apps.expires': 'Termina',
  'apps.expires.keep_alive': '{date} a más tardar; sigue conectada hasta entonces',
  'apps.disconnect': 'Desconectar',
  'apps.disconnect.hint': 'La aplicación pierde este acceso de inmediato.',
  'apps.disconnect_all': 'Desconectar todo',
  'apps.disconnect_all.hint': 'La aplicación pierde de inmediato todos los accesos que usted le ha dado.',
  'apps.next': 'Mostrar más',

  'error.title': 'Esto no ha funcionado',
  'error.hint': 'No se ha compartido nada. Vuelva a la aplicación e inténtelo de nuevo.',
  'error.client': 'No conocemos esta aplicación',
  'error.client.hint':
    'La aplicación que le ha enviado aquí no está registrada en {name}, o ya no lo está. No se ha compartido nada. Sus autores pueden corregirlo.',
  'error.client_disabled': 'Esta aplicación está desactivada',
  'error.client_disabled.hint':
    'Quien administra {name} ha desactivado esta aplicación. No se ha compartido nada. Diríjase a esa persona si la necesita.',
  'error.redirect_uri': 'Esta aplicación no se puede conectar',
  'error.redirect_uri.hint':
    'Quiere recibir su respuesta en una dirección que no ha registrado. Para protegerle, no se ha compartido nada ni se le ha redirigido. Sus autores pueden corregirlo.',
  'error.request': 'La aplicación pide algo que no entendemos',
  'error.request.hint':
    'No se ha compartido nada. Vuelva a la aplicación e inténtelo de nuevo. Si vuelve a ocurrir, sus autores pueden corregirlo.',
  'error.interaction': 'Esta página ya no es válida',
  'error.interaction.hint':
    'Ha pasado demasiado tiempo, la solicitud ya se respondió o se abrió en otro navegador. Vuelva a la aplicación y empiece de nuevo.',
  'error.subject': 'Ahora ha iniciado sesión con otro nombre',
  'error.subject.hint': 'La solicitud se mostró a otra persona. Vuelva a la aplicación y empiece de nuevo.',
  'error.csrf': 'No hemos podido asegurarnos de que fuera usted',
  'error.csrf.hint': 'No se ha cambiado nada. Vuelva atrás, recargue la página y decida de nuevo.',
  'error.account': 'Esta aplicación pertenece a otra cuenta',
  'error.account.hint':
    'Usted no es miembro de la cuenta para la que se hizo esta aplicación. No se ha compartido nada. Inicie sesión como miembro y empiece de nuevo.',
  'error.forbidden': 'Esta página no es para usted',
  'error.forbidden.hint': 'Ha iniciado sesión, pero no puede abrir esta página. Diríjase a quien administra {name}.',
  'error.missing': 'Aquí no hay nada',
  'error.missing.hint': 'La dirección es incorrecta o lo que había aquí ya no existe.',
  'error.throttled': 'Demasiados intentos',
  'error.throttled.hint': 'Espere un momento e inténtelo de nuevo.',
  'error.server': 'Algo ha fallado por nuestra parte',
  'error.server.hint':
    'Inténtelo de nuevo en un momento. Si vuelve a ocurrir, indique al soporte de {name} el número de solicitud de abajo.',
  'error.request_id': 'Número de solicitud',
  'error.details': 'Para los autores de la aplicación',
  'error.onward': 'Continuar a {host}',
  'error.onward.hint': 'Va a salir de {name}. Continúe solo si conoce esta dirección.',
}
