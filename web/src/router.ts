/** Where each screen lives; everything but signing in needs a person. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { learnContact, learnInbox, learnTablet } from './i18n'
import { session } from './sync'
import { stay } from './parts/facing'
import TodayScreen from './screens/today/TodayScreen.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Speaks of commands and their fields. */
    inbox?: boolean
    /** Speaks of appointments and of how customers are reached. */
    contact?: boolean
    /** Speaks of the tablet itself. */
    tablet?: boolean
    tab?: string
    title?: string
    up?: string
    open?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/today' },
  { path: '/login', component: () => import('./screens/login/LoginScreen.vue'), meta: { open: true, title: 'login.title' } },
  { path: '/revoked', component: () => import('./screens/revoked/RevokedScreen.vue'), meta: { inbox: true, tablet: true, open: true, title: 'revoked.title' } },
  { path: '/today', component: TodayScreen, meta: { tab: 'today', title: 'today.title' } },
  {
    path: '/visit/:visitId/:step?',
    component: TodayScreen,
    props: true,
    meta: { contact: true, tablet: true, tab: 'today', title: 'visit.title', up: '/today' },
  },
  {
    path: '/follow-up/:followUpId',
    component: TodayScreen,
    props: true,
    meta: { contact: true, tab: 'today', title: 'follow_up.title', up: '/today' },
  },
  {
    path: '/complaints/:complaintId?',
    component: TodayScreen,
    props: (to) => ({ complaintId: to.params['complaintId'] || undefined, complaining: true }),
    meta: { contact: true, tab: 'today', title: 'complaint.title', up: '/complaints' },
  },
  {
    path: '/reception',
    component: () => import('./screens/reception/ReceptionScreen.vue'),
    meta: { contact: true, tablet: true, tab: 'reception', title: 'reception.title' },
  },
  { path: '/board', component: () => import('./screens/board/BoardScreen.vue'), meta: { tablet: true, tab: 'board', title: 'board.title' } },
  {
    path: '/customers/:customerId?',
    component: () => import('./screens/customers/CustomersScreen.vue'),
    props: true,
    meta: { contact: true, tab: 'customers', title: 'customers.title', up: '/customers' },
  },
  {
    path: '/reviews/:reviewId?',
    component: () => import('./screens/reviews/ReviewsScreen.vue'),
    props: true,
    meta: { inbox: true, tab: 'reviews', title: 'reviews.title', up: '/reviews' },
  },
  { path: '/unsent', component: () => import('./screens/me/UnsentScreen.vue'), meta: { inbox: true, tablet: true, tab: 'me', title: 'unsent.title', up: '/today' } },
  { path: '/me', component: () => import('./screens/me/MeScreen.vue'), meta: { tablet: true, tab: 'me', title: 'me.title' } },
  { path: '/:rest(.*)*', redirect: '/today' },
]

/** The app's router; remembers where a person wanted to go before signing in. */
export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach(async (to) => {
  const wanted = [to.meta.inbox && learnInbox, (to.meta.inbox || to.meta.contact) && learnContact, to.meta.tablet && learnTablet]
  await Promise.all(wanted.flatMap((learn) => (learn ? [learn()] : []))).catch(() => undefined)
  if (session.state.revoked) return to.path === '/revoked' || '/revoked'
  if (!session.state.user && !to.meta.open) return { path: '/login', query: { next: to.fullPath } }
  return true
})
router.beforeEach(stay)
