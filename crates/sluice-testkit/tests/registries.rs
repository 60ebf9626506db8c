//! The testkit's registries, held to what tests take for granted about them.

use sluice_testkit::http::{Answer, Body, ForwardProxy, HttpClient, HttpServer, Reply};
use sluice_testkit::registry::{
    Authority, Challenge, DockerAuth, DockerOptions, DockerRegistry, DockerTls, Image, TokenOptions, TokenServer,
    WireRegistry,
};

fn get(client: &HttpClient, target: &str) -> Answer {
    // docker-registry says 404 to whoever does not name the manifest's own kind.
    client
        .ask("GET", target, &[("Accept", "application/vnd.oci.image.manifest.v1+json")], &[])
        .unwrap_or_else(|error| panic!("{target}: {error}"))
}

fn text(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).expect("text")
}

#[test]
fn docker_registry_takes_pushes_forgets_tags_and_comes_back() {
    let mut registry = DockerRegistry::open();
    let client = HttpClient::plain(registry.address());
    let digest = registry.push("team/app", "1.0");
    registry.push("team/app", "1.1");
    let manifest = get(&client, "/v2/team/app/manifests/1.0");
    assert_eq!((manifest.status, manifest.header("docker-content-digest")), (200, Some(digest.as_str())));

    registry.delete_tag("team/app", "1.1");
    assert!(text(&get(&client, "/v2/team/app/tags/list")).contains(r#"["1.0"]"#));

    registry.stop();
    assert!(client.ask("GET", "/v2/", &[], &[]).is_err());
    registry.start();
    assert_eq!(get(&client, "/v2/team/app/manifests/1.0").status, 200);
}

#[test]
fn docker_registry_asks_who_is_there() {
    let basic = DockerRegistry::basic("me", "pass word");
    basic.push("app", "1");
    let client = HttpClient::plain(basic.address());
    assert_eq!(get(&client, "/v2/app/tags/list").status, 401);

    let tokens = TokenServer::start(TokenOptions::default());
    let registry = DockerRegistry::tokens(&tokens);
    registry.push_index("app", "1", &[Image::new("2026-01-01T00:00:00Z")]);
    let client = HttpClient::plain(registry.address());
    assert_eq!(get(&client, "/v2/app/tags/list").status, 401);
    let token = tokens.token(&["repository:app:pull"]);
    let client = HttpClient { authorization: Some(format!("Bearer {token}")), ..client };
    assert_eq!(get(&client, "/v2/app/tags/list").status, 200);
    assert_eq!(get(&client, "/v2/other/tags/list").status, 401);
}

#[test]
fn docker_registry_encrypts_and_wants_certificates() {
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let tls = Some(DockerTls { authority: &servers, clients: Some(&clients) });
    let registry = DockerRegistry::with(&DockerOptions { auth: DockerAuth::Open, tls });
    registry.push("app", "1");
    let stranger = HttpClient { tls: Some(servers.client_config(None)), ..HttpClient::plain(registry.address()) };
    assert!(stranger.ask("GET", "/v2/", &[], &[]).is_err());
    let known = HttpClient { tls: Some(servers.client_config(Some(&clients.client("known")))), ..stranger };
    assert_eq!(get(&known, "/v2/app/tags/list").status, 200);
}

#[test]
fn the_wire_behaves_until_it_is_told_not_to() {
    let wire = WireRegistry::start();
    let client = HttpClient::plain(wire.address());
    wire.tags("app", ["1", "2", "3"]);
    wire.page_by(2);
    let page = get(&client, "/v2/app/tags/list?n=1000");
    assert_eq!(page.header("link"), Some("</v2/app/tags/list?n=2&last=2>; rel=\"next\""));
    assert!(text(&get(&client, "/v2/app/tags/list?n=2&last=2")).contains(r#"["3"]"#));

    wire.answer_once(
        "/v2/app/tags/list",
        Reply::refusal(429, "TOOMANYREQUESTS", "slow down").header("Retry-After", "1"),
    );
    assert_eq!(get(&client, "/v2/app/tags/list").status, 429);
    assert_eq!(get(&client, "/v2/app/tags/list").status, 200);
    wire.ask_to_sign_in(Challenge::basic("me", "pw"));
    assert_eq!(get(&client, "/v2/app/tags/list").status, 401);
    let lines = ["GET /v2/app/tags/list?n=1000", "GET /v2/app/tags/list?n=2&last=2"];
    assert_eq!(wire.lines()[..2], lines.map(str::to_owned));
}

#[test]
fn who_tries_to_encrypt_where_nobody_does_is_told_at_once() {
    let wire = WireRegistry::start();
    let client =
        HttpClient { tls: Some(Authority::new("nobody").client_config(None)), ..HttpClient::plain(wire.address()) };
    let error = client.ask("GET", "/v2/", &[], &[]).expect_err("plain HTTP");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData, "{error}");
    assert!(wire.requests().is_empty());
}

#[test]
fn bodies_can_break_off_or_never_end() {
    let server = HttpServer::start(None, |request| match request.path.as_str() {
        "/cut" => Reply::status(200).body(Body::Cut { bytes: b"abc".to_vec(), missing: 5 }),
        _ => Reply::status(200).body(Body::Repeated { chunk: vec![b'x'; 1000], total: 2_500 }),
    });
    let client = HttpClient::plain(server.address());
    assert_eq!(get(&client, "/cut").body, b"abc");
    assert_eq!(get(&client, "/long").body.len(), 2_500);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn the_proxy_forwards_to_those_who_may() {
    let server = HttpServer::start(None, |_| Reply::of("text/plain", "here"));
    let proxy = ForwardProxy::basic("me", "pw");
    let through = HttpClient::plain(proxy.url().replace("http://", ""));
    let target = format!("{}/x", server.url());
    assert_eq!(get(&through, &target).status, 407);
    let answer = through.ask("GET", &target, &[("Proxy-Authorization", "Basic bWU6cHc=")], &[]).expect("an answer");
    assert_eq!(answer.body, b"here");
    assert_eq!(server.requests().len(), 1);
    assert_eq!(server.requests()[0].header("proxy-authorization"), None);
}
