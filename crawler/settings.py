"""Scrapy's settings, each with its reason: polite, safe, and archived before anything is parsed."""

from crawler import __version__

BOT_NAME = "wencun"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Who asks. The archive's own settings add a contact; robots.txt rules are looked up by the token.
USER_AGENT = f"wencun/{__version__}"
ROBOTSTXT_USER_AGENT = "wencun"

# The pool of workers is awaited with asyncio.wrap_future.
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# One request at a time to a host, and seconds between two of them: a page is read by a visitor for longer.
CONCURRENT_REQUESTS = 4
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 3
DOWNLOAD_DELAY_JITTER = 0.5
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 5
AUTOTHROTTLE_MAX_DELAY = 60
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0

# No article is larger; with the limit, a decompression bomb costs its 8 MiB and not 2 GB.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
# A body that was cut short is archived as such and then refused by the archive middleware.
DOWNLOAD_FAIL_ON_DATALOSS = False

# Scrapy would offer br and zstd too, and warcio cannot decode zstd when the archive is read again.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}

# Bodies are decoded once, by what also reads them back from the archive, so that both read the same bytes.
COMPRESSION_ENABLED = False

# Three attempts in all. 429 and 503 are not among the codes: asking again at once is what they forbid.
RETRY_TIMES = 2
RETRY_HTTP_CODES = [408, 500, 502, 504, 522, 524]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the ledger says so, with the reason
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False  # a page that refreshes is stored as what it is
HTTPERROR_ALLOW_ALL = True  # every status reaches the callback, and with it the ledger
URLLENGTH_LIMIT = 0  # the ledger decides what is asked for; nothing is dropped in silence

# Nothing that tells a site more than the request itself, and no way around what it refuses.
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
HTTPPROXY_ENABLED = False  # through a proxy, the address wall would look at the proxy's address

# Scrapy's defaults leave these doors open.
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
DNS_TIMEOUT = 10
TWISTED_DNS_RESOLVER = "crawler.fetching.addresses.PublicAddressResolver"

# Own HOST:PORTs that may be connected to although they are private, for tests and intranets.
WENCUN_ALLOW_PRIVATE: list[str] = []

# Scrapy's own robots middleware lets requests through while robots.txt is on its way, and when it is
# unreachable; its retry middleware asks a host that is down again and again. Ours stand in their places.
ROBOTSTXT_OBEY = True
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.fetching.scope.ScopeMiddleware": 50,  # before robots.txt of a host that is none of ours
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.fetching.robots.RobotsMiddleware": 100,
    "crawler.fetching.throttle.ThrottleMiddleware": 110,
    "crawler.fetching.conditional.ConditionalMiddleware": 120,
    "crawler.fetching.retrying.RetryMiddleware": 550,
    "crawler.fetching.redirects.RedirectTargets": 610,  # before Scrapy's own, at 600, goes there
    "crawler.fetching.addresses.AddressWallMiddleware": 900,
    "crawler.fetching.archive.ArchiveMiddleware": 1000,
}
EXTENSIONS = {"crawler.fetching.size.SizeLimit": 0}
ITEM_PIPELINES = {"pipelines.item_pipeline.ArchivePipeline": 300}

# What a run did is in the ledger and in its summary.
STATS_DUMP = False
LOG_LEVEL = "INFO"
LOGSTATS_INTERVAL = 0
