export { Broker, type BrokerOptions } from './broker.js';
export { WorkPublisher } from './work-publisher.js';
export {
  WorkConsumer,
  type WorkConsumerOptions,
  type WorkContext,
  type WorkOutcome,
} from './work-consumer.js';
export { PassPublisher } from './pass-publisher.js';
export { PassConsumer, type PassConsumerOptions, type PassDelivery } from './pass-consumer.js';
export { AmqpWorkStrategy, type WorkPattern, type WorkPayload } from './amqp-work-strategy.js';
export { passQueueBytes } from './queues.js';
