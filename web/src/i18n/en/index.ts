/** English: the words of every screen, under the keys of the Chinese ones. */
import aftercare from './aftercare'
import closing from './closing'
import contact from './contact'
import desk from './desk'
import frame from './frame'
import inbox from './inbox'
import papers from './papers'
import proposal from './proposal'
import reception from './reception'
import records from './records'
import shell from './shell'
import tablet from './tablet'
import signer from './signer'
import trouble from './trouble'
import visit from './visit'
import words from './words'

export default { ...frame, ...words, ...desk, ...visit, ...closing, ...aftercare, ...contact, ...inbox, ...papers, ...reception, ...records, ...shell, ...tablet, ...signer, ...trouble, ...proposal }
