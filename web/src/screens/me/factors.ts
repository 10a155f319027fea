/** What somebody does about a second factor, the own one or (`reset`) a colleague's. */
export type Doing = 'turn_on' | 'move' | 'renew' | 'turn_off' | 'reset'
