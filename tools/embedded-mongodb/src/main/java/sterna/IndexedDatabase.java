package sterna;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.aggregation.Aggregation;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.util.List;
import org.h2.mvstore.MVStore;

/** A database of the library whose indexes are used by what finds, changes, deletes, counts and aggregates. */
final class IndexedDatabase extends H2Database {
  IndexedDatabase(String name, MVStore store, CursorRegistry cursors) {
    super(name, store, cursors);
  }

  @Override
  protected Index<Object> openOrCreateUniqueIndex(
      String collectionName, String name, List<IndexKey> keys, boolean sparse) {
    if (sparse) return super.openOrCreateUniqueIndex(collectionName, name, keys, true);
    return new LookupIndex(name, keys, true, resolveCollection(collectionName, true));
  }

  @Override
  protected Index<Object> openOrCreateSecondaryIndex(
      String collectionName, String name, List<IndexKey> keys, boolean sparse) {
    return new LookupIndex(name, keys, false, resolveCollection(collectionName, true));
  }

  /** The library's aggregations begin with all documents; those that begin with {@code $match} begin with its query. */
  @Override
  public Document handleCommand(
      Channel channel, String command, Document query, DatabaseResolver databases, Oplog oplog) {
    if (command.equals("aggregate")) {
      MongoCollection<Object> collection = resolveCollection(query.get(command).toString(), false);
      List<Document> pipeline = Aggregation.parse(query.get("pipeline"));
      if (collection != null && !pipeline.isEmpty() && pipeline.get(0).get("$match") instanceof Document match) {
        List<Document> rest = pipeline.subList(1, pipeline.size());
        Aggregation aggregation = Aggregation.fromPipeline(rest, databases, this, collection, oplog);
        aggregation.validate(query);
        return answer(collection, aggregation.runStages(collection.handleQueryAsStream(match)));
      }
    }
    return super.handleCommand(channel, command, query, databases, oplog);
  }

  private static Document answer(MongoCollection<Object> collection, List<Document> documents) {
    Document cursor = new Document("id", 0L).append("ns", collection.getFullName()).append("firstBatch", documents);
    return new Document("cursor", cursor).append("ok", 1.0);
  }
}
