use super::*;

#[test]
fn a_repository_is_named_as_its_forge_has_it() {
    for (kind, path, expected) in [
        (ForgeKind::GitHub, "/acme/fleet.git", Some("acme/fleet")),
        (ForgeKind::GitHub, "acme/fleet", Some("acme/fleet")),
        (ForgeKind::GitHub, "acme/group/fleet.git", None),
        (ForgeKind::GitHub, "fleet.git", None),
        (ForgeKind::GitHub, "acme/..", None),
        (ForgeKind::GitHub, "acme/fl%2Feet", None),
        (ForgeKind::Gitea, "acme/my.fleet.git", Some("acme/my.fleet")),
        (ForgeKind::GitLab, "/acme/platform/fleet.git", Some("acme%2Fplatform%2Ffleet")),
        (ForgeKind::GitLab, "fleet.git", None),
        (ForgeKind::GitLab, "acme/../fleet", None),
        (ForgeKind::GitLab, "acme//fleet", None),
        (ForgeKind::GitLab, "acme/fleet?x=1", None),
    ] {
        assert_eq!(of(kind).repository(path).as_deref(), expected, "{kind:?} {path}");
    }
}

/// The examples of each forge's own documentation, shortened to one key.
#[test]
fn keys_are_read_as_the_forges_document_them() {
    let github = serde_json::json!({
        "id": 1, "key": "ssh-rsa AAA...", "url": "https://api.github.com/repos/octocat/Hello-World/keys/1",
        "title": "octocat@octomac", "verified": true, "created_at": "2014-12-10T15:53:42Z", "read_only": true,
        "added_by": "octocat", "last_used": "2022-01-10T15:53:42Z", "enabled": true
    });
    let gitlab = serde_json::json!({
        "id": 1, "title": "Public key", "key": "ssh-rsa AAAA", "fingerprint": "4a:9d:64:15:ed:3a:e6:07:6e:89:36:b3:3b:03:05:d9",
        "fingerprint_sha256": "SHA256:Jrs3LD1Ji30xNLtTVf9NDCj7kkBgPBb2pjvTZ3HfIgU", "created_at": "2013-10-02T10:12:29Z",
        "expires_at": null, "can_push": false
    });
    let gitea = serde_json::json!({
        "id": 1, "key_id": 7, "key": "ssh-ed25519 AAAA", "url": "https://git.example.com/api/v1/repos/a/b/keys/1",
        "title": "flux", "fingerprint": "SHA256:abc", "created_at": "2024-03-01T10:00:00+01:00", "read_only": false,
        "repository": { "id": 3 }
    });
    for (kind, value, may_write) in
        [(ForgeKind::GitHub, github, false), (ForgeKind::GitLab, gitlab, false), (ForgeKind::Gitea, gitea, true)]
    {
        let key = of(kind).read(value).expect("it is a key");
        assert_eq!((key.id, key.may_write, key.is_enabled), (1, may_write, true), "{kind:?}");
        assert!(key.created_at.is_some() && !key.public.is_empty() && !key.title.is_empty(), "{key:?}");
    }
    for kind in ForgeKind::ALL {
        for value in
            [Value::Null, serde_json::json!({}), serde_json::json!({ "id": "1", "key": 2 }), serde_json::json!([])]
        {
            assert_eq!(of(kind).read(value), None);
        }
    }
    let expired = serde_json::json!({ "id": 1, "key": "ssh-rsa AAAA", "can_push": true, "expires_at": "2020-01-01T00:00:00.000Z" });
    assert_eq!(of(ForgeKind::GitLab).read(expired).map(|key| key.is_enabled), Some(false));
}
