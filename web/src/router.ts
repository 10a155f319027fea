/** Where each screen lives; everything but signing in needs a person. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { learnAftercare, learnContact, learnExports, learnFactor, learnInbox, learnRecords, learnRights, learnSteps, learnTablet } from './i18n'
import { session } from './sync'
import { stay } from './parts/facing'
import TodayScreen from './screens/today/TodayScreen.vue'

declare module 'vue-router' {
  interface RouteMeta {
    words?: readonly (keyof typeof LEARN)[]
    tab?: string
    title?: string
    up?: string
    open?: boolean
  }
}

/** The words that a screen needs beside the first ones. */
const LEARN = { steps: learnSteps, contact: learnContact, aftercare: learnAftercare, inbox: learnInbox, tablet: learnTablet, records: learnRecords, exports: learnExports, factor: learnFactor, rights: learnRights }

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/today' },
  { path: '/login', component: () => import('./screens/login/LoginScreen.vue'), meta: { open: true, title: 'login.title' } },
  { path: '/revoked', component: () => import('./screens/revoked/RevokedScreen.vue'), meta: { words: ['inbox', 'tablet'], open: true, title: 'revoked.title' } },
  { path: '/today', component: TodayScreen, meta: { tab: 'today', title: 'today.title' } },
  {
    path: '/visit/:visitId/:step?',
    component: TodayScreen,
    props: true,
    meta: { words: ['steps'], tab: 'today', title: 'visit.title', up: '/today' },
  },
  {
    path: '/follow-up/:followUpId',
    component: TodayScreen,
    props: true,
    meta: { words: ['steps', 'contact', 'aftercare'], tab: 'today', title: 'follow_up.title', up: '/today' },
  },
  {
    path: '/complaints/:complaintId?',
    component: TodayScreen,
    props: (to) => ({ complaintId: to.params['complaintId'] || undefined, complaining: true }),
    meta: { words: ['steps', 'contact', 'aftercare'], tab: 'today', title: 'complaint.title', up: '/complaints' },
  },
  {
    path: '/reception',
    component: () => import('./screens/reception/ReceptionScreen.vue'),
    meta: { words: ['steps', 'contact'], tab: 'reception', title: 'reception.title' },
  },
  { path: '/board', component: () => import('./screens/board/BoardScreen.vue'), meta: { words: ['steps'], tab: 'board', title: 'board.title' } },
  {
    path: '/customers/:customerId?',
    component: () => import('./screens/customers/CustomersScreen.vue'),
    props: true,
    meta: { words: ['steps', 'contact', 'aftercare', 'exports', 'rights'], tab: 'customers', title: 'customers.title', up: '/customers' },
  },
  {
    path: '/reviews/:reviewId?',
    component: () => import('./screens/reviews/ReviewsScreen.vue'),
    props: true,
    meta: { words: ['inbox', 'steps', 'contact', 'aftercare'], tab: 'reviews', title: 'reviews.title', up: '/reviews' },
  },
  { path: '/unsent', component: () => import('./screens/me/UnsentScreen.vue'), meta: { words: ['inbox', 'steps', 'contact', 'aftercare', 'tablet'], tab: 'me', title: 'unsent.title', up: '/today' } },
  { path: '/me', component: () => import('./screens/me/MeScreen.vue'), meta: { words: ['tablet', 'records', 'exports'], tab: 'me', title: 'me.title' } },
  { path: '/me/exports', component: () => import('./screens/exports/ExportsScreen.vue'), meta: { words: ['exports'], tab: 'me', title: 'exports.title', up: '/me' } },
  { path: '/records', component: () => import('./screens/records/RecordsScreen.vue'), meta: { words: ['records', 'exports'], tab: 'me', title: 'records.title', up: '/me' } },
  { path: '/access', component: () => import('./screens/me/AccessScreen.vue'), meta: { words: ['tablet', 'factor'], tab: 'me', title: 'access.title', up: '/me' } },
  { path: '/:rest(.*)*', redirect: '/today' },
]

/** The app's router; remembers where a person wanted to go before signing in. */
export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach(async (to) => {
  await Promise.all((to.meta.words ?? []).map((part) => LEARN[part]())).catch(() => undefined)
  if (session.state.revoked) return to.path === '/revoked' || '/revoked'
  if (!session.state.user && !to.meta.open) return { path: '/login', query: { next: to.fullPath } }
  return true
})
router.beforeEach(stay)
