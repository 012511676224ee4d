export interface NginxConfig {
  readonly listenPort: number;
  readonly upstreamPort: number;
  /** Folder for the pid file and temporary files. */
  readonly folder: string;
}

/** Connections kept open towards the stub provider; more than the largest number of streams at once. */
const UPSTREAM_CONNECTIONS = 2048;
/** The stub provider (uWebSockets.js) closes connections that were idle for 8 to 12 seconds; nginx must do so earlier. */
const UPSTREAM_IDLE_SECONDS = 5;

/**
 * nginx as a plain reverse proxy that does nothing else: one process (`master_process off` makes it its own only worker),
 * connections kept alive on both sides, no buffering, no access log.
 */
export function nginxConfig({ listenPort, upstreamPort, folder }: NginxConfig): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections ${4 * UPSTREAM_CONNECTIONS}; }
http {
  access_log off;
  keepalive_timeout 300s;
  keepalive_requests 1000000000;
${temporary.map((kind) => `  ${kind}_temp_path ${folder}/${kind};`).join('\n')}
  upstream provider {
    server 127.0.0.1:${upstreamPort};
    keepalive ${UPSTREAM_CONNECTIONS};
    keepalive_requests 1000000000;
    keepalive_timeout ${UPSTREAM_IDLE_SECONDS}s;
  }
  server {
    listen 127.0.0.1:${listenPort} backlog=4096;
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;
}
