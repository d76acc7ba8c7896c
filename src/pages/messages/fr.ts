import type { Messages } from './index.js'

export const fr: Messages = {
  'page.person': 'Connecté en tant que {person}',

  'client.verified': 'Vérifiée par {name}',
  'client.manual': 'Non vérifiée par {name}',
  'client.user': 'Non vérifiée : ajoutée par un utilisateur de {name}',
  'client.dynamic': 'Non vérifiée : cette application s’est inscrite elle-même',
  'client.metadata_document': 'Non vérifiée : décrite par {host}',

  'consent.title': '{client} demande l’accès à {name}',
  'consent.resources': 'Pour accéder à',
  'consent.problem': 'Pas encore autorisé',
  'consent.problem.scope_missing': 'Cochez au moins une permission, ou refusez la demande.',
  'consent.problem.project_missing': 'Choisissez où l’application peut travailler, ou refusez la demande.',
  'consent.destination': 'Votre réponse sera envoyée à {host}',
  'consent.destination.verified': 'C’est l’adresse que l’application a enregistrée.',
  'consent.destination.unverified':
    'N’importe qui peut donner ce nom à une application. N’autorisez que si vous connaissez cette adresse.',
  'consent.loopback': 'Votre réponse sera envoyée à un programme sur cet appareil',
  'consent.loopback.hint':
    '{name} ne peut pas vérifier quel programme la reçoit ({host}). N’autorisez que si vous venez de lancer cette connexion vous-même.',
  'consent.scopes': 'Ce qu’elle pourra faire',
  'consent.scopes.hint': 'Décochez ce que vous ne voulez pas accorder.',
  'consent.sensitive': 'Sensible',
  'consent.required': 'Nécessaire à cette application',
  'consent.included': 'Inclus',
  'consent.included_in': 'Inclus dans : {scopes}',
  'consent.lacking': 'Ce que vous ne pouvez pas accorder',
  'consent.lacking.hint': 'L’application le demande aussi, mais vous n’y avez pas droit vous-même.',
  'consent.projects.one': 'Faites un choix.',
  'consent.projects.many': 'Faites un ou plusieurs choix.',
  'consent.projects.all': 'Tout, y compris à l’avenir',
  'consent.projects.selected': 'Seulement ma sélection',
  'consent.project.partly': 'Ici, vous ne pouvez accorder que : {scopes}',
  'consent.project.nothing': 'Vous n’avez ici aucune de ces permissions.',
  'consent.keep_alive': 'Rester connectée',
  'consent.keep_alive.hint':
    'L’application peut continuer à travailler en votre absence, jusqu’à ce que vous la déconnectiez. Sinon, son accès prend bientôt fin de lui-même.',
  'consent.approve': 'Autoriser',
  'consent.deny': 'Refuser',
  'consent.revoke': 'Vous pouvez déconnecter l’application à tout moment.',
  'consent.no_project': 'Il n’y a encore rien à connecter',
  'consent.no_project.hint':
    '{client} travaille avec quelque chose que vous n’avez pas encore dans {name} : {label}. Rien n’a été partagé. Revenez quand vous y aurez accès.',
  'consent.no_scope': 'Vous ne pouvez pas accorder cet accès',
  'consent.no_scope.hint':
    '{client} demande des permissions que vous n’avez pas vous-même dans {name}. Rien n’a été partagé. Adressez-vous à une personne qui administre {name}.',
  'consent.back': 'Retour à {client}',

  'apps.title': 'Applications connectées',
  'apps.intro':
    'Ces applications peuvent utiliser {name} en votre nom. Déconnectez celles dont vous n’avez plus besoin.',
  'apps.none': 'Aucune application connectée',
  'apps.none.hint':
    'Quand vous autorisez une application à utiliser {name} en votre nom, elle apparaît ici et vous pouvez la déconnecter à tout moment.',
  'apps.permissions': 'Peut',
  'apps.projects.all': 'Tout, y compris à l’avenir',
  'apps.authorised': 'Connectée',
  'apps.used': 'Dernière utilisation',
  'apps.unused': 'Jamais',
  'apps.expires': 'Prend fin',
  'apps.expires.keep_alive': '{date} au plus tard ; reste connectée jusque-là',
  'apps.disconnect': 'Déconnecter',
  'apps.disconnect.hint': 'L’application perd cet accès immédiatement.',
  'apps.disconnect_all': 'Tout déconnecter',
  'apps.disconnect_all.hint': 'L’application perd immédiatement tous les accès que vous lui avez donnés.',
  'apps.next': 'Afficher plus',

  'error.title': 'Cela n’a pas fonctionné',
  'error.hint': 'Rien n’a été partagé. Retournez dans l’application et réessayez.',
  'error.client': 'Nous ne connaissons pas cette application',
  'error.client.hint':
    'L’application qui vous a envoyé ici n’est pas ou plus inscrite auprès de {name}. Rien n’a été partagé. Ses auteurs peuvent corriger cela.',
  'error.client_disabled': 'Cette application est désactivée',
  'error.client_disabled.hint':
    'Une personne qui administre {name} a désactivé cette application. Rien n’a été partagé. Adressez-vous à elle si vous en avez besoin.',
  'error.redirect_uri': 'Cette application ne peut pas être connectée',
  'error.redirect_uri.hint':
    'Elle veut recevoir votre réponse à une adresse qu’elle n’a pas enregistrée. Pour vous protéger, rien n’a été partagé et vous n’avez pas été redirigé. Ses auteurs peuvent corriger cela.',
  'error.request': 'L’application demande quelque chose que nous ne comprenons pas',
  'error.request.hint':
    'Rien n’a été partagé. Retournez dans l’application et réessayez. Si cela se reproduit, ses auteurs peuvent corriger cela.',
  'error.interaction': 'Cette page n’est plus valable',
  'error.interaction.hint':
    'Trop de temps a passé, la demande a déjà reçu une réponse, ou elle a été ouverte dans un autre navigateur. Retournez dans l’application et recommencez.',
  'error.subject': 'Vous êtes maintenant connecté sous un autre nom',
  'error.subject.hint': 'La demande a été présentée à une autre personne. Retournez dans l’application et recommencez.',
  'error.csrf': 'Nous n’avons pas pu nous assurer que c’était vous',
  'error.csrf.hint': 'Rien n’a été modifié. Revenez en arrière, rechargez la page et décidez à nouveau.',
  'error.account': 'Cette application appartient à un autre compte',
  'error.account.hint':
    'Vous n’êtes pas membre du compte pour lequel cette application a été faite. Rien n’a été partagé. Connectez-vous en tant que membre et recommencez.',
  'error.forbidden': 'Cette page ne vous est pas destinée',
  'error.forbidden.hint':
    'Vous êtes connecté, mais vous ne pouvez pas ouvrir cette page. Adressez-vous à une personne qui administre {name}.',
  'error.missing': 'Il n’y a rien ici',
  'error.missing.hint': 'L’adresse est fausse, ou ce qui était ici n’existe plus.',
  'error.throttled': 'Trop de tentatives',
  'error.throttled.hint': 'Attendez un instant, puis réessayez.',
  'error.server': 'Un problème est survenu de notre côté',
  'error.server.hint':
    'Réessayez dans un instant. Si cela se reproduit, communiquez au support de {name} le numéro de requête ci-dessous.',
  'error.request_id': 'Numéro de requête',
  'error.details': 'Pour les auteurs de l’application',
  'error.onward': 'Continuer vers {host}',
  'error.onward.hint': 'Vous allez quitter {name}. Ne continuez que si vous connaissez cette adresse.',
}
