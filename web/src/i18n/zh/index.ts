/** 中文: the words of every screen but those of the inbox, of contacts and of the tablet itself, which come a moment later. */
import closing from './closing'
import desk from './desk'
import frame from './frame'
import papers from './papers'
import proposal from './proposal'
import reception from './reception'
import shell from './shell'
import signer from './signer'
import trouble from './trouble'
import visit from './visit'
import words from './words'

export default { ...frame, ...words, ...desk, ...visit, ...closing, ...papers, ...reception, ...shell, ...signer, ...trouble, ...proposal }
