#include "protocols/mqtt/sink.hpp"

#include "protocols/mqtt/mqtt_sink.hpp"

namespace gatehouse::mqtt {

std::unique_ptr<upstream::Sink> make_sink(const config::UpstreamConfig& upstream, config::Table table,
                                          upstream::SinkContext context)
{
    return std::make_unique<MqttSink>(upstream.name, read_config(table), std::move(context));
}

void check_config(const config::UpstreamConfig&, config::Table& table)
{
    (void)read_config(table); // only the issues matter here
}

} // namespace gatehouse::mqtt
