//! The proxy that the environment names: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`.

use crate::access::ProxyAddress;
use crate::remote_url::{RemoteUrl, Scheme};

impl ProxyAddress {
    /// The proxy for a remote by the environment's rules, which Flux falls back to without `proxySecretRef`.
    ///
    /// `variable` looks a variable up (`|name| std::env::var(name).ok()`); lower case comes first, and the upper case
    /// of `http_proxy` does not count, because a web server's CGI programs get it from clients. SSH has only
    /// `all_proxy`. `no_proxy` lists hosts that need none: `example.com` with all below it, `host:port`, `*`.
    pub fn of_environment(remote: &RemoteUrl, variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let either = |name: &str| {
            let found = variable(name).or_else(|| variable(&name.to_uppercase()));
            found.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let address = match remote.scheme() {
            Scheme::File => None,
            Scheme::Ssh => either("all_proxy"),
            Scheme::Https => either("https_proxy").or_else(|| either("all_proxy")),
            Scheme::Http => variable("http_proxy").filter(|value| !value.is_empty()).or_else(|| either("all_proxy")),
        }?;
        if either("no_proxy").is_some_and(|list| needs_none(remote, &list)) {
            return None;
        }
        let address = if address.contains("://") { address } else { format!("http://{address}") };
        Some(Self { address, credential: None })
    }
}

fn needs_none(remote: &RemoteUrl, list: &str) -> bool {
    let with_port = format!("{}:{}", remote.host(), remote.port().unwrap_or_default());
    list.split([',', ' ']).map(|entry| entry.trim().to_ascii_lowercase()).filter(|entry| !entry.is_empty()).any(
        |entry| {
            let bare = entry.trim_start_matches("*.").trim_start_matches('.');
            entry == "*"
                || entry == with_port
                || remote.host() == bare
                || remote.host().strip_suffix(bare).is_some_and(|rest| !bare.is_empty() && rest.ends_with('.'))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_a_proxy_for_some_remotes() {
        let proxy = |url: &str, variables: &[(&str, &str)]| {
            let remote = RemoteUrl::parse(url).unwrap();
            let variable =
                |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            ProxyAddress::of_environment(&remote, variable).map(|proxy| proxy.address)
        };
        let https = "https://git.example.com/x";
        for (url, variables, expected) in [
            (https, vec![("HTTPS_PROXY", "http://p:3128")], Some("http://p:3128")),
            (https, vec![("https_proxy", "p:3128"), ("HTTPS_PROXY", "http://q")], Some("http://p:3128")),
            (https, vec![("http_proxy", "http://p")], None),
            (https, vec![("ALL_PROXY", "socks5://p")], Some("socks5://p")),
            ("http://host/x", vec![("HTTP_PROXY", "http://p")], None),
            ("http://host/x", vec![("http_proxy", "http://p")], Some("http://p")),
            ("ssh://host/x", vec![("https_proxy", "http://p")], None),
            ("ssh://host/x", vec![("all_proxy", "socks5://p")], Some("socks5://p")),
            ("/srv/x", vec![("all_proxy", "socks5://p")], None),
            (https, vec![("https_proxy", "http://p"), ("no_proxy", "localhost, example.com")], None),
            (https, vec![("https_proxy", "http://p"), ("no_proxy", ".example.com")], None),
            (https, vec![("https_proxy", "http://p"), ("NO_PROXY", "git.example.com:443")], None),
            (https, vec![("https_proxy", "http://p"), ("no_proxy", "*")], None),
            (https, vec![("https_proxy", "http://p"), ("no_proxy", "ample.com,other")], Some("http://p")),
            (https, vec![("https_proxy", " ")], None),
        ] {
            assert_eq!(proxy(url, &variables).as_deref(), expected, "{url} {variables:?}");
        }
    }
}
