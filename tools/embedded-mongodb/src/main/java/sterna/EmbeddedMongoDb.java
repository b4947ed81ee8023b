package sterna;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.h2.mvstore.MVStore;

/**
 * A server of MongoDB's protocol in one file on disk, for tests and for trying Sterna out on a machine without
 * mongod. It commits every 50 ms: kill it with -9 and the last acknowledged writes are gone. Not for production.
 *
 * <p>Usage: EmbeddedMongoDb HOST PORT FILE. Ends when standard input ends, so that it never outlives its parent.
 */
public final class EmbeddedMongoDb {
  private static final int COMMIT_DELAY_MS = 50;
  /** Documents that fit are not read from the file for every scan; with less, large batches crawl. */
  private static final int CACHE_MB = 128;

  /** The oldest version that current drivers accept: wire version 13 is MongoDB 5.0. */
  private record Mongo5() implements MongoVersion {
    @Override
    public List<Integer> getVersionArray() {
      return List.of(5, 0, 0);
    }

    @Override
    public int getWireVersion() {
      return 13;
    }
  }

  private EmbeddedMongoDb() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("usage: EmbeddedMongoDb HOST PORT FILE");
      System.exit(2);
    }
    MVStore store = new MVStore.Builder().fileName(Path.of(arguments[2]).toString()).cacheSize(CACHE_MB).open();
    store.setAutoCommitDelay(COMMIT_DELAY_MS);
    IndexedBackend backend = new IndexedBackend(store);
    backend.version(new Mongo5());
    MongoServer server = new MongoServer(backend);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
    server.bind(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])));
    System.out.println("ready");
    while (System.in.read() != -1) {
      // the parent holds the other end open for as long as it lives
    }
    System.exit(0);
  }
}
