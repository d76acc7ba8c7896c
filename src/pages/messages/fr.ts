import type { Messages } from './index.js'
import { fr as management } from './management/fr.js'

export const fr: Messages = {
  ...management,
  'page.person': 'Connecté en tant que {person}',
  'page.agent': '{program} sous {system}',

  'client.verified': 'Vérifiée par {name}',
  'client.manual': 'Non vérifiée par {name}',
  'client.user': 'Non vérifiée : ajoutée par un utilisateur de {name}',
  'client.dynamic': 'Non vérifiée : cette application s’est inscrite elle-même',
  'client.metadata_document': 'Non vérifiée : décrite par {host}',
  'client.imitates': 'Son nom ressemble à {name}',
  'client.imitates.hint':
    '{name} n’a pas vérifié qui a créé cette application. Si elle prétend venir de {name}, refusez.',
  'client.other_host': 'Le site web et le destinataire ne correspondent pas',
  'client.other_host.hint':
    'L’application dit appartenir à {website}, mais votre réponse irait à {host}. Refusez si vous ne connaissez pas les deux.',
  'client.suspicious': '{name} a des doutes sur cette application',
  'client.suspicious.hint':
    'Elle n’est peut-être pas ce qu’elle prétend être. Refusez si vous ne savez pas qui l’a créée.',

  'consent.title': '{client} demande l’accès à {name}',
  'consent.resources': 'Pour accéder à',
  'consent.problem': 'Pas encore autorisé',
  'consent.problem.scope_missing': 'Cochez au moins une permission, ou refusez la demande.',
  'consent.problem.project_missing': 'Choisissez où l’application peut travailler, ou refusez la demande.',
  'consent.problem.project_too_many': 'Choisissez-en {most} au maximum.',
  'consent.problem.read_only':
    'La lecture seule ne suffit pas à cette application. Décidez à nouveau sans « Lecture seule », ou refusez.',
  'consent.destination': 'Votre réponse sera envoyée à {host}',
  'consent.destination.verified': 'C’est l’adresse que l’application a enregistrée.',
  'consent.destination.unverified':
    'N’importe qui peut donner ce nom à une application. N’autorisez que si vous connaissez cette adresse.',
  'consent.loopback': 'Votre réponse sera envoyée à un programme sur cet appareil',
  'consent.loopback.hint':
    '{name} ne peut pas vérifier quel programme la reçoit ({host}). N’autorisez que si vous venez de lancer cette connexion vous-même.',
  'consent.loopback.described':
    'N’importe quel programme de cet appareil peut se faire passer pour cette application : {host} décrit l’application, pas le programme.',
  'consent.scopes': 'Ce qu’elle pourra faire',
  'consent.scopes.hint': 'Décochez ce que vous ne voulez pas accorder.',
  'consent.sensitive': 'Sensible',
  'consent.required': 'Nécessaire à cette application',
  'consent.already': 'Déjà autorisé',
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
  'consent.switch_account': 'Utiliser un autre compte',
  'consent.by_hand': 'Votre réponse est un code à copier',
  'consent.by_hand.hint':
    'Un code à saisir dans {client} vous sera montré. N’approuvez que si vous venez de lancer cette connexion vous-même, et ne saisissez ce code nulle part ailleurs.',
  'consent.access': 'Jusqu’où elle peut aller',
  'consent.access.full': 'Selon les cases cochées',
  'consent.access.full.hint': 'Lire et modifier',
  'consent.access.read_only': 'Lecture seule',
  'consent.access.read_only.hint': 'Elle peut consulter, sans rien modifier',
  'consent.again': 'Afficher à nouveau cette page',
  'consent.search': 'Rechercher',
  'consent.search.label': 'Rechercher par nom',
  'consent.search.none': 'Rien ne s’appelle « {search} ».',
  'consent.search.shown': 'Sur cette page : {count}',
  'consent.kept': 'Choix actuel',
  'consent.pages': 'Liste paginée',
  'consent.pages.here': 'Page {page} sur {pages}',
  'consent.pages.previous': 'Précédent',
  'consent.pages.next': 'Suivant',
  'consent.label': 'Nommer cette connexion',
  'consent.label.hint':
    'Si vous le souhaitez : « mon portable », par exemple. Vous le retrouverez parmi vos applications connectées.',
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
  'apps.expires.latest': '{date} au plus tard',
  'apps.expires.idle': '{idle} si elle n’est pas utilisée d’ici là, {date} au plus tard',
  'apps.keep_alive': 'Reste connectée',
  'apps.keep_alive.on': 'Même en votre absence',
  'apps.keep_alive.off': 'Non, l’accès prend fin de lui-même',
  'apps.change': 'Modifier',
  'apps.disconnect': 'Déconnecter',
  'apps.disconnect.hint': 'L’application perd cet accès immédiatement.',
  'apps.disconnect_all': 'Tout déconnecter',
  'apps.disconnect_all.hint': 'L’application perd immédiatement tous les accès que vous lui avez donnés.',
  'apps.everything': 'Tout déconnecter',
  'apps.everything.hint': 'Toutes les applications perdent tous les accès que vous leur avez donnés.',
  'apps.disconnect_everything': 'Tout déconnecter',
  'apps.disconnect_everything.hint':
    'Toutes les applications perdent immédiatement tous leurs accès. Pour en utiliser une à nouveau, reconnectez-la depuis l’application.',
  'apps.pages': 'Autres connexions',
  'apps.first': 'Revenir au début',
  'apps.next': 'Afficher plus',
  'apps.none.more': 'Il n’y a pas d’autre connexion',
  'apps.change.title': 'Ce que {client} peut faire',
  'apps.change.hint': 'Décochez ce qu’elle ne doit plus avoir.',
  'apps.change.required':
    'Cette application ne peut pas fonctionner sans : {scopes}. Pour le retirer, déconnectez l’application.',
  'apps.change.save': 'Enregistrer',
  'apps.change.cancel': 'Annuler',
  'apps.change.more':
    'Vos changements s’appliquent immédiatement ; l’application reste connectée. Pour lui donner plus, reconnectez-la depuis l’application.',
  'apps.change.problem': 'Rien n’a été modifié',
  'apps.change.problem.nothing_left':
    'Laissez au moins une autorisation et un endroit où l’application peut travailler, ou déconnectez-la.',

  'device.enter': 'Connecter un appareil',
  'device.enter.hint':
    'Un appareil ou un programme qui ne peut pas ouvrir de navigateur vous affiche un code. Saisissez-le ici pour l’autoriser à utiliser {name}.',
  'device.code': 'Code affiché sur l’appareil',
  'device.code.hint': 'Huit lettres. Les majuscules, les espaces et les tirets ne comptent pas.',
  'device.continue': 'Continuer',
  'device.never': 'Ne saisissez jamais un code que quelqu’un vous a envoyé : il pourrait utiliser {name} en votre nom.',
  'device.linked': 'Votre appareil affiche-t-il ce code ?',
  'device.linked.hint':
    'Ne continuez que si vous venez de commencer sur un appareil devant vous et qu’il affiche exactement ce code. Si quelqu’un vous a envoyé le lien, fermez cette page : il utiliserait {name} en votre nom.',
  'device.problem': 'Ce code n’a pas été accepté',
  'device.problem.unknown': 'Ce code n’existe pas. Regardez votre appareil et saisissez ce qu’il affiche.',
  'device.problem.taken':
    'Il a déjà été saisi. Si c’était vous, continuez dans le navigateur où vous l’avez fait ; sinon, recommencez sur l’appareil.',
  'device.problem.expired': 'Il est trop ancien. Recommencez sur l’appareil et saisissez le nouveau code.',
  'device.title': '{client} demande, depuis un appareil, l’accès à {name}',
  'device.compare': 'Votre appareil doit afficher exactement ce code :',
  'device.yours': 'Est-ce vous qui avez commencé ?',
  'device.yours.hint':
    'N’autorisez que si vous venez de le faire, sur un appareil devant vous. Si quelqu’un vous a envoyé le code ou un lien, refusez : il utiliserait {name} en votre nom.',
  'device.asked': 'Demande faite depuis',
  'device.near': 'Sur le réseau où vous êtes',
  'device.far': 'Sur un autre réseau que le vôtre',

  'done.approved': '{client} est connectée',
  'done.approved.hint': 'Vous pouvez fermer cette fenêtre et retourner dans l’application.',
  'done.device': 'Votre appareil est connecté',
  'done.device.hint':
    '{client} peut maintenant y utiliser {name}. Vous pouvez fermer cette fenêtre et retourner à l’appareil.',
  'done.denied': 'Vous avez refusé la demande',
  'done.denied.hint': 'Rien n’a été partagé avec {client}. Vous pouvez fermer cette fenêtre.',
  'done.error': 'Si l’application demande une réponse',

  'code.title': 'Copiez ce code',
  'code.intro': 'Saisissez-le dans {client}, dans la fenêtre où vous avez commencé.',
  'code.label': 'Code à usage unique',
  'code.copy': 'Copier',
  'code.copied': 'Copié',
  'code.expires': 'Il fonctionne une seule fois, pendant {minutes} minutes.',
  'code.warning': 'Personne d’autre n’a besoin de ce code',
  'code.warning.hint':
    'Quiconque le possède peut utiliser {name} en votre nom. Ne le donnez à personne et ne le saisissez que dans une application que vous avez lancée vous-même.',

  'usage.title': 'Requêtes par jour, du {from} au {to}',
  'usage.none': 'Aucune requête sur cette période.',
  'usage.passed': 'Acceptées',
  'usage.refused': 'Refusées',
  'usage.passed.total': '{count} acceptées',
  'usage.refused.total': '{count} refusées',
  'usage.busiest': 'Maximum le {date} : {count}',
  'usage.day': 'Jour',
  'usage.table': 'Afficher les chiffres',

  'error.title': 'Cela n’a pas fonctionné',
  'error.hint': 'Rien n’a été partagé. Retournez dans l’application et réessayez.',
  'error.client': 'Nous ne connaissons pas cette application',
  'error.client.hint':
    'L’application qui vous a envoyé ici n’est pas ou plus inscrite auprès de {name}. Rien n’a été partagé. Supprimez la connexion dans l’application et connectez-la de nouveau. Si cela ne suffit pas, ses auteurs peuvent corriger cela.',
  'error.client_document': 'Nous n’avons pas pu vérifier l’identité de cette application',
  'error.client_document.hint':
    'L’application se décrit sur son propre site. {name} n’a pas pu lire cette description ou ne peut pas l’accepter. Rien n’a été partagé. Réessayez plus tard ; ses auteurs peuvent corriger cela.',
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
  'error.form': 'Nous n’avons pas pu lire ce qui a été envoyé',
  'error.form.hint': 'Rien n’a été modifié. Revenez en arrière, rechargez la page et réessayez.',
  'error.session': 'Vous devez d’abord vous connecter',
  'error.session.hint':
    'Rien n’a été partagé. Connectez-vous à {name}, puis retournez dans l’application et réessayez.',
  'error.consent': 'L’application a besoin de votre accord',
  'error.consent.hint':
    'Elle a voulu continuer sans vous le demander et rien n’a été partagé. Retournez dans l’application et connectez-la à nouveau.',
  'error.navigation': 'Ouvrez cette page dans sa propre fenêtre',
  'error.navigation.hint':
    'Pour vous protéger, elle n’est affichée ni dans une autre page ni à l’avance. Rien n’a été partagé. Retournez dans l’application et réessayez.',
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
