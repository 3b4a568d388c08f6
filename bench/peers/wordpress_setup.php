<?php
// Installs WordPress in the folder given first and loads the article and comments given as JSON second.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = $_SERVER['SERVER_NAME'] = '127.0.0.1';
$_SERVER['REQUEST_URI'] = '/';
// Pluggable: without it the installation writes a mail to its owner.
function wp_new_blog_notification() {}

require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
$given = json_decode(file_get_contents($argv[2]), true);
wp_install('Newsroom', 'editor', 'editor@example.org', true, '', wp_generate_password());
update_option('permalink_structure', '');
// No mail is sent for a comment; whether it is held for approval stays as it comes (a new author's is held).
update_option('comments_notify', 0);
update_option('moderation_notify', 0);
// One page shows the whole thread, as the others' does.
update_option('page_comments', 0);

$post = wp_insert_post([
    'post_title' => 'Article', 'post_status' => 'publish', 'post_author' => 1,
    'post_content' => '<p>' . implode("</p>\n<p>", $given['paragraphs']) . '</p>',
]);
$ids = [];
foreach ($given['comments'] as $comment) {
    $ids[] = wp_insert_comment([
        'comment_post_ID' => $post, 'comment_author' => $comment['author'],
        'comment_author_email' => $comment['email'], 'comment_content' => $comment['markdown'],
        'comment_parent' => $comment['parent'] === null ? 0 : $ids[$comment['parent']],
        'comment_author_IP' => '130.0.0.7', 'comment_approved' => 1,
    ]);
}
echo "\n", json_encode(['post' => $post, 'last_comment' => end($ids)]), "\n";
