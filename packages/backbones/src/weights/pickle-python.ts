import type { PickleCall } from './pickle-machine.ts'
import type { PickleValue } from './pickle-values.ts'
import type { Place } from './weight-file.ts'

/** A class that is only named. */
export const named: PickleCall = (_, place) => place.fail('expected no call')

/** A class that makes of an argument what clas holds as the argument itself. */
export const argument: PickleCall = ([value], place) =>
  value === undefined ? place.fail('expected an argument') : value

/** Nothing is made of what training scripts save beside the weights. */
const dropped: PickleCall = () => new Map()

/** Names of Python's own containers, whose pickles no file of weights does without. Python 2 has other names. */
export const pythonCalls: Readonly<Record<string, PickleCall>> = {
  '__builtin__.tuple': argument,
  'builtins.tuple': argument,
  '__builtin__.set': argument,
  'builtins.set': argument,
  '__builtin__.dict': named,
  'builtins.dict': named,
  // Protocol 2 of Python 3 has no bytes: it names the class for none, and encodes a text for some, which bytesOf does.
  '__builtin__.bytes': (args, place) => (args.length === 0 ? '' : place.fail('expected no arguments')),
  '_codecs.encode': ([text, encoding], place) =>
    text !== undefined && encoding === 'latin1' ? text : place.fail('expected a text to encode in latin1'),
  'collections.OrderedDict': dictOf,
  'collections.defaultdict': dropped,
  'collections.Counter': dropped,
  'argparse.Namespace': dropped,
}

/** Of an entry of a map, in bytes. */
const ENTRY_SIZE = 32

/** Python 2 gives the items as a list of pairs. Many dicts can be made of one list, so they count as arrays do. */
function dictOf([items = []]: readonly PickleValue[], place: Place): PickleValue {
  if (!Array.isArray(items)) return place.fail('expected a list of items')
  place.file.allocate(place.offset, items.length * ENTRY_SIZE)
  const isPair = (pair: PickleValue): pair is [PickleValue, PickleValue] => Array.isArray(pair) && pair.length === 2
  if (!items.every(isPair)) return place.fail('expected pairs of a key and a value')
  return new Map(items)
}
