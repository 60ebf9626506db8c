//! The list of commands over HTTP, as `ui/src/api/transport-http.ts` speaks it.

use std::convert::Infallible;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::Stream;
use serde_json::Value;
use sluice_api::Api;

pub(crate) fn router(api: Api) -> Router {
    Router::new().route("/api/call/{name}", post(call)).route("/api/events", get(events)).with_state(api)
}

/// 200 with the response, or 422 with the error.
async fn call(State(api): State<Api>, Path(name): Path<String>, Json(request): Json<Value>) -> Response {
    match api.call(&name, request).await {
        Ok(response) => Json(response).into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Json(error)).into_response(),
    }
}

async fn events(State(api): State<Api>) -> Sse<impl Stream<Item = Result<Sent, Infallible>>> {
    let stream = futures_util::stream::unfold(api.events(), |mut events| async move {
        let event = events.next().await?;
        // An event that cannot be written is a comment, which the browser skips.
        let sent = Sent::default().json_data(&event).unwrap_or_else(|_| Sent::default().comment("unwritable"));
        Some((Ok(sent), events))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
