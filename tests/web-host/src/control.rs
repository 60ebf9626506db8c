//! What happens outside of the application, on a test's word.

use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sluice_api::Api;
use sluice_demo::DemoError;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, Done};

/// The world around the application.
pub(crate) struct Outside {
    api: Api,
    desk: Arc<Desk>,
    agent: Mutex<Option<(CancellationToken, JoinHandle<()>)>>,
}

impl Outside {
    pub(crate) fn new(api: Api, desk: Arc<Desk>) -> Self {
        Self { api, desk, agent: Mutex::default() }
    }

    async fn start_agent(&self) {
        let mut agent = self.agent.lock().await;
        if agent.is_some() {
            return;
        }
        let (stop, engine) = (CancellationToken::new(), self.api.engine().clone());
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            if let Err(error) = engine.run(stopped).await {
                // Where the test's output is, next to what it waits for in vain.
                let _ =
                    std::io::Write::write_all(&mut std::io::stderr(), format!("the agent ended: {error}\n").as_bytes());
            }
        });
        *agent = Some((stop, task));
    }

    pub(crate) async fn stop_agent(&self) {
        if let Some((stop, task)) = self.agent.lock().await.take() {
            stop.cancel();
            let _ = task.await;
        }
    }
}

/// `POST /control/publish {"tags": […]}`, `/control/registry {"running": bool}`, the same for `/control/git` and
/// `/control/agent`, `/control/folder {"path": …}`; `GET /control/desk` tells what was asked of the desktop,
/// `GET /control/places` where the demo's parts are.
pub(crate) fn router(outside: Arc<Outside>) -> Router {
    Router::new()
        .route("/control/publish", post(publish))
        .route("/control/registry", post(registry))
        .route("/control/git", post(git))
        .route("/control/agent", post(agent))
        .route("/control/folder", post(folder))
        .route("/control/desk", get(desk))
        .route("/control/places", get(places))
        .with_state(outside)
}

#[derive(Deserialize)]
struct Publish {
    tags: Vec<String>,
}

async fn publish(State(outside): State<Arc<Outside>>, Json(request): Json<Publish>) -> StatusCode {
    for tag in &request.tags {
        outside.desk.demo.publish(tag);
    }
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Running {
    running: bool,
}

async fn registry(State(outside): State<Arc<Outside>>, Json(request): Json<Running>) -> Response {
    let demo = &outside.desk.demo;
    if !request.running {
        demo.stop_registry().await;
        return StatusCode::NO_CONTENT.into_response();
    }
    answer(demo.start_registry().await)
}

fn answer(started: Result<(), DemoError>) -> Response {
    match started {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::CONFLICT, error.to_string()).into_response(),
    }
}

async fn git(State(outside): State<Arc<Outside>>, Json(request): Json<Running>) -> Response {
    let demo = &outside.desk.demo;
    if !request.running {
        demo.stop_git().await;
        return StatusCode::NO_CONTENT.into_response();
    }
    answer(demo.start_git().await)
}

async fn agent(State(outside): State<Arc<Outside>>, Json(request): Json<Running>) -> StatusCode {
    match request.running {
        true => outside.start_agent().await,
        false => outside.stop_agent().await,
    }
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Folder {
    path: Option<String>,
}

async fn folder(State(outside): State<Arc<Outside>>, Json(request): Json<Folder>) -> StatusCode {
    outside.desk.will_pick(request.path);
    StatusCode::NO_CONTENT
}

async fn desk(State(outside): State<Arc<Outside>>) -> Json<Done> {
    Json(outside.desk.done())
}

/// Where the demo's parts are, for what tests do past the application.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Places {
    git_folder: PathBuf,
    git_url: String,
    image: String,
}

async fn places(State(outside): State<Arc<Outside>>) -> Json<Places> {
    let demo = &outside.desk.demo;
    Json(Places { git_folder: demo.git_folder(), git_url: demo.git_url(), image: demo.image() })
}
