package sterna;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.DuplicateKeyError;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An index in memory, unique or not, built when its collection is opened. It serves what names values for its leading
 * fields, by equality or {@code $in}; the collection then holds what is found against the whole query. The library's
 * own indexes serve only queries that name all of their fields and nothing else, and keep their keys serialized.
 */
final class LookupIndex extends Index<Object> {
  /** Position in the collection: the document's {@code _id}. */
  private static final String POSITION = "_id";

  /** All documents whose leading fields have the same values; most have one, and take little memory for it. */
  private static final class Node {
    private Map<Object, Node> children = Map.of();
    private Set<Object> positions = Set.of();

    private boolean isEmpty() {
      return children.isEmpty() && positions.isEmpty();
    }

    private Node child(Object value) {
      return children.isEmpty() ? null : children.get(value);
    }

    private Node childOrNew(Object value) {
      if (children.isEmpty()) children = new LinkedHashMap<>(2);
      return children.computeIfAbsent(value, absent -> new Node());
    }

    private boolean add(Object position) {
      if (positions.isEmpty()) {
        positions = Set.of(position);
        return true;
      }
      if (positions.size() == 1) positions = new LinkedHashSet<>(positions);
      return positions.add(position);
    }

    private boolean remove(Object position) {
      if (!positions.contains(position)) return false;
      if (positions.size() == 1) positions = Set.of();
      else positions.remove(position);
      return true;
    }

    private void collect(Set<Object> into) {
      into.addAll(positions);
      for (Node child : children.values()) child.collect(into);
    }
  }

  private final boolean unique;
  private final MongoCollection<Object> collection;
  private final Node root = new Node();
  private long count = 0;

  /** The library takes an index that does not say where a document is only when it is sparse. */
  LookupIndex(String name, List<IndexKey> keys, boolean unique, MongoCollection<Object> collection) {
    super(name, keys, !unique);
    this.unique = unique;
    this.collection = collection;
  }

  @Override
  public boolean isUnique() {
    return unique;
  }

  @Override
  public synchronized Object getPosition(Document document) {
    if (!unique) return null;
    for (KeyValue key : getKeyValues(document)) {
      for (Object position : positionsOf(key)) return position;
    }
    return null;
  }

  @Override
  public synchronized void checkAdd(Document document, MongoCollection<Object> to) {
    if (!unique) return;
    for (KeyValue key : getKeyValues(document)) {
      if (!positionsOf(key).isEmpty()) throw new DuplicateKeyError(this, to, getKeys(), key);
    }
  }

  @Override
  public synchronized void add(Document document, Object position, MongoCollection<Object> to) {
    checkAdd(document, to);
    for (KeyValue key : getKeyValues(document)) {
      Node node = root;
      for (Object value : key) node = node.childOrNew(value);
      if (node.add(position)) count += 1;
    }
  }

  @Override
  public synchronized Object remove(Document document) {
    Object position = unique ? getPosition(document) : document.get(POSITION);
    for (KeyValue key : getKeyValues(document)) remove(root, key, 0, position);
    return unique ? position : null;
  }

  private void remove(Node node, KeyValue key, int depth, Object position) {
    if (depth == key.size()) {
      if (node.remove(position)) count -= 1;
      return;
    }
    Node child = node.child(key.get(depth));
    if (child == null) return;
    remove(child, key, depth + 1, position);
    if (child.isEmpty()) node.children.remove(key.get(depth));
  }

  @Override
  public synchronized void checkUpdate(Document before, Document after, MongoCollection<Object> of) {
    if (!unique || nullAwareEqualsKeys(before, after)) return;
    Object own = getPosition(before);
    for (KeyValue key : getKeyValues(after)) {
      for (Object position : positionsOf(key)) {
        if (!position.equals(own)) throw new DuplicateKeyError(this, of, getKeys(), key);
      }
    }
  }

  @Override
  public synchronized void updateInPlace(
      Document before, Document after, Object position, MongoCollection<Object> of) {
    if (nullAwareEqualsKeys(before, after)) return;
    remove(before);
    add(after, position, of);
  }

  /** Whether it serves the query, and no other index of its collection serves more fields of it. */
  @Override
  public boolean canHandle(Document query) {
    int served = servedFields(query);
    if (served == 0) return false;
    for (Index<Object> other : collection.getIndexes()) {
      if (other instanceof LookupIndex lookup && lookup.servedFields(query) > served) return false;
    }
    return true;
  }

  @Override
  public synchronized Iterable<Object> getPositions(Document query) {
    List<Node> nodes = List.of(root);
    List<String> fields = keys().subList(0, servedFields(query));
    for (String field : fields) {
      List<Object> wanted = normalized(conditionValues(query.get(field)));
      nodes =
          nodes.stream()
              .flatMap(node -> wanted.stream().map(node::child))
              .filter(node -> node != null)
              .toList();
    }
    Set<Object> positions = new LinkedHashSet<>();
    for (Node node : nodes) node.collect(positions);
    return positions;
  }

  private Set<Object> positionsOf(KeyValue key) {
    Node node = root;
    for (Object value : key) {
      node = node.child(value);
      if (node == null) return Set.of();
    }
    return node.positions;
  }

  /** How many of its leading fields the query names values for. */
  private int servedFields(Document query) {
    int served = 0;
    for (String field : keys()) {
      if (!query.containsKey(field) || conditionValues(query.get(field)) == null) break;
      served += 1;
    }
    return served;
  }

  /** The values that a condition admits; null when it is more than a list of values. */
  private static Collection<?> conditionValues(Object condition) {
    if (isPlain(condition)) return Collections.singletonList(condition);
    if (!(condition instanceof Document operators) || operators.size() != 1) return null;
    if (operators.containsKey("$eq") && isPlain(operators.get("$eq"))) {
      return Collections.singletonList(operators.get("$eq"));
    }
    if (operators.get("$in") instanceof Collection<?> values && values.stream().allMatch(LookupIndex::isPlain)) {
      return values;
    }
    return null;
  }

  /** Values as keys have them. */
  private static List<Object> normalized(Collection<?> values) {
    return values.stream().map(value -> new KeyValue((Object) value).normalized().get(0)).distinct().toList();
  }

  private static boolean isPlain(Object value) {
    return !(value instanceof Map) && !(value instanceof Collection) && !(value instanceof BsonRegularExpression);
  }

  @Override
  public synchronized long getCount() {
    return count;
  }

  @Override
  public long getDataSize() {
    return getCount();
  }

  @Override
  public void drop() {
    // nothing of it is on disk
  }
}
