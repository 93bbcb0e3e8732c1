//! Spans to an OpenTelemetry collector: only in a build with the feature `otel`, and only where the
//! usual variable `OTEL_EXPORTER_OTLP_ENDPOINT` says where to. A span has the same fields as a log line:
//! sources, datasets, runs and routes, never a value of anybody.

use crate::workspace::environment;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

/// Sends what is left when it is dropped.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// `None`: nobody wants them, or the address is none.
    pub fn begin() -> Option<Self> {
        environment("OTEL_EXPORTER_OTLP_ENDPOINT")?;
        // Another part of the program may have chosen a provider before; that one serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let exporter = match SpanExporter::builder().with_http().build() {
            Ok(exporter) => exporter,
            Err(error) => {
                eprintln!("OpenTelemetry: {error}");
                return None;
            }
        };
        let resource = Resource::builder().with_service_name("doisoat").build();
        Some(Self(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build()))
    }

    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer().with_tracer(self.0.tracer("doisoat"))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        // A collector that is gone costs nobody anything.
        let _ = self.0.shutdown();
    }
}
