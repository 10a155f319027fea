/** 中文: the words of every screen. */
import closing from './closing'
import desk from './desk'
import frame from './frame'
import inbox from './inbox'
import papers from './papers'
import proposal from './proposal'
import reception from './reception'
import shell from './shell'
import tablet from './tablet'
import trouble from './trouble'
import visit from './visit'
import words from './words'

export default { ...frame, ...words, ...desk, ...visit, ...closing, ...inbox, ...papers, ...reception, ...shell, ...tablet, ...trouble, ...proposal }
